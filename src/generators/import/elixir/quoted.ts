import { unescapeAt } from './escapes.js';
import type { Cursor, QuotedToken, Token } from './tokens.js';

/** More nested interpolations than anybody writes. */
const MAX_DEPTH = 20;

const OPENING = /:?("""|'''|["'])|~([a-z]|[A-Z][A-Z0-9]*)("""|'''|["'/|([{<])/uy;
const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}', '<': '>' };

type ReadTokens = (cursor: Cursor) => Token[];

/**
 * Reads a string, a charlist, a sigil, a quoted atom or a quoted key, if one begins here. A heredoc is skipped:
 * no option is a multi-line string.
 * @param readTokens reads what is interpolated, to its closing brace
 */
export function readQuoted(cursor: Cursor, readTokens: ReadTokens): QuotedToken | undefined {
  const { text, at: start } = cursor;
  OPENING.lastIndex = start;
  const match = OPENING.exec(text);
  if (!match) return undefined;
  const [all, quote, sigil = '', delimiter = ''] = match;
  const opening = quote ?? delimiter;
  cursor.at = start + all.length;
  if (opening.length === 3) return skipHeredoc(cursor, start, opening);
  const inside = { closing: CLOSING[opening] ?? opening, raw: /[A-Z]/.test(sigil), readTokens };
  const parts = readParts(cursor, inside);
  const modifiers = sigil ? takeModifiers(cursor) : '';
  const form = !parts ? 'opaque' : all.startsWith(':') ? 'atom' : sigil ? formOf(sigil) : takeKey(cursor);
  return { kind: 'quoted', form, parts: parts ?? [], modifiers, start, end: cursor.at };
}

function formOf(sigil: string): QuotedToken['form'] {
  if ('wW'.includes(sigil)) return 'words';
  return 'sScC'.includes(sigil) ? 'text' : 'opaque';
}

/** A quoted string followed by a colon is a key. */
function takeKey(cursor: Cursor): 'key' | 'text' {
  if (!/^:(?=\s|$)/.test(cursor.text.slice(cursor.at, cursor.at + 2))) return 'text';
  cursor.at++;
  return 'key';
}

function takeModifiers(cursor: Cursor): string {
  const start = cursor.at;
  while (/[a-zA-Z]/.test(cursor.text[cursor.at] ?? '')) cursor.at++;
  return cursor.text.slice(start, cursor.at);
}

interface Inside {
  closing: string;
  /** Without interpolation. */
  raw: boolean;
  readTokens: ReadTokens;
}

/** Reads past the first closing character, as nothing nests; undefined when there is none. */
function readParts(cursor: Cursor, { closing, raw, readTokens }: Inside): QuotedToken['parts'] | undefined {
  const { text } = cursor;
  const parts: (string | Token[])[] = [];
  let literal = '';
  while (cursor.at < text.length) {
    const next = text[cursor.at]!;
    if (next === closing) {
      cursor.at++;
      return [...parts, literal];
    }
    if (next === '\\') {
      const escaped = raw ? rawEscape(text, cursor.at, closing) : unescapeAt(text, cursor.at);
      literal += escaped.value;
      cursor.at += escaped.length;
    } else if (!raw && next === '#' && text[cursor.at + 1] === '{') {
      parts.push(literal, readInterpolation(cursor, readTokens));
      literal = '';
    } else {
      literal += next;
      cursor.at++;
    }
  }
  return undefined;
}

/** In a sigil with a capital letter a backslash escapes the closing character only. */
function rawEscape(text: string, at: number, closing: string) {
  return text[at + 1] === closing ? { value: closing, length: 2 } : { value: '\\', length: 1 };
}

/** Its tokens, or none where it is nested too deeply: that is not a value. */
function readInterpolation(cursor: Cursor, readTokens: ReadTokens): Token[] {
  if (cursor.depth === MAX_DEPTH) {
    cursor.at += 2;
    return [];
  }
  const inner = { text: cursor.text, at: cursor.at + 2, depth: cursor.depth + 1 };
  const tokens = readTokens(inner);
  cursor.at = inner.at + 1;
  return tokens;
}

/** A heredoc ends at the first line that begins with its quotes. */
function skipHeredoc(cursor: Cursor, start: number, quotes: string): QuotedToken {
  const closing = new RegExp(`\\n[^\\S\\n]*${quotes}`, 'g');
  closing.lastIndex = cursor.at;
  const match = closing.exec(cursor.text);
  cursor.at = match ? match.index + match[0].length : cursor.text.length;
  return { kind: 'quoted', form: 'opaque', parts: [], modifiers: '', start, end: cursor.at };
}
