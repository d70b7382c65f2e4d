import { readQuoted } from './quoted.js';

/** Where something stands in the source: offsets, the end exclusive. */
export interface Span {
  start: number;
  end: number;
}

export interface PlainToken extends Span {
  kind: 'name' | 'alias' | 'atom' | 'key' | 'number' | 'operator' | 'open' | 'close' | 'newline' | 'other';
  /** As it is written; of an atom or a key without its colon. */
  text: string;
}

/** Anything between quotes. `opaque` is what is skipped entirely: a heredoc, a regex, an unterminated string. */
export interface QuotedToken extends Span {
  kind: 'quoted';
  form: 'text' | 'words' | 'atom' | 'key' | 'opaque';
  /** Strings, and what is interpolated between them. */
  parts: (string | Token[])[];
  /** The letters after a sigil. */
  modifiers: string;
}

export type Token = PlainToken | QuotedToken;

/** A place in a source that is being read. */
export interface Cursor {
  text: string;
  at: number;
  /** How many interpolations lie around it. */
  depth: number;
}

/** Elixir's syntax reference; the first rule that fits wins. What has a group is taken without its colon. */
const RULES: [PlainToken['kind'] | 'blank', RegExp][] = [
  ['blank', /[^\S\n]+|#[^\n]*|\\\n/uy],
  ['newline', /[\n;]/uy],
  ['key', /([\p{L}_][\p{L}\p{N}_]*[?!]?):(?=\s|$)/uy],
  ['operator', /::/uy],
  ['atom', /:([\p{L}_][\p{L}\p{N}_@]*(?:[?!](?!=))?|%?\{\}|<<>>|[-+*/<>=!&|^~.]+)/uy],
  ['open', /(?:do|fn)(?![\p{L}\p{N}_?!])/uy],
  ['close', /end(?![\p{L}\p{N}_?!])/uy],
  ['alias', /\p{Lu}[\p{L}\p{N}_]*/uy],
  ['name', /[\p{L}_][\p{L}\p{N}_]*(?:[?!](?!=))?/uy],
  ['number', /0[xob][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?|\?(?:\\.|\S)/uy],
  ['operator', /<<<|>>>|<<~|~>>|<~>|\+\+\+|---|===|!==|&&&|\|\|\||\^\^\^|~~~|\.\.\./uy],
  ['operator', /\|>|\+\+|--|<>|=>|->|<-|==|!=|=~|&&|\|\||<=|>=|\.\.|\\\\|<~|~>|\/\//uy],
  ['open', /<<|[([{]/uy],
  ['close', />>|[)\]}]/uy],
  ['operator', /[-+*/<>=!&|^@.%,~]/uy],
  ['other', /./suy],
];

/** The tokens of an Elixir source. Any text has some: what is not Elixir is of the kind `other`. */
export function tokenize(text: string): Token[] {
  return readTokens({ text, at: 0, depth: 0 });
}

/** Reads to the end, or to the brace that closes an interpolation, which is left to the caller. */
function readTokens(cursor: Cursor): Token[] {
  const tokens: Token[] = [];
  let braces = 0;
  while (cursor.at < cursor.text.length) {
    const token = readQuoted(cursor, readTokens) ?? readPlain(cursor);
    if (!token) continue;
    if (token.kind === 'open' && token.text === '{') braces++;
    if (token.kind === 'close' && token.text === '}' && braces-- === 0 && cursor.depth > 0) {
      cursor.at = token.start;
      return tokens;
    }
    tokens.push(token);
  }
  return tokens;
}

function readPlain(cursor: Cursor): PlainToken | undefined {
  const start = cursor.at;
  for (const [kind, rule] of RULES) {
    rule.lastIndex = start;
    const match = rule.exec(cursor.text);
    if (!match) continue;
    cursor.at = start + match[0].length;
    return kind === 'blank' ? undefined : { kind, text: match[1] ?? match[0], start, end: cursor.at };
  }
  cursor.at++; // not reached: the last rule takes anything
  return undefined;
}
