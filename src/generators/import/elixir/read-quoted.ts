import { posix } from 'node:path';
import { type Term, unread } from './terms.js';
import type { QuotedToken, Span, Token } from './tokens.js';

/**
 * A string, an atom or a list of words.
 * @param readInterpolated reads what is interpolated; nothing for nothing
 */
export function readQuoted(
  token: QuotedToken,
  readInterpolated: (tokens: Token[]) => Term | undefined,
): Term {
  const { start, end, form, modifiers } = token;
  if (form === 'opaque') return unread(token, 'a heredoc or an unsupported sigil');
  const parts = token.parts.map((part): Term | undefined =>
    typeof part === 'string' ? { kind: 'text', value: part, start, end } : readInterpolated(part),
  );
  if (form === 'text' && parts.some((part) => part?.kind === 'variable')) return template(parts, token);
  const text = join(parts, token);
  if (text.kind !== 'text' || form === 'text' || form === 'key') return text;
  if (form === 'atom') return { kind: 'atom', value: text.value, start, end };
  const kind = modifiers === 'a' ? 'atom' : 'text';
  const words = text.value.split(/\s+/).filter(Boolean);
  return { kind: 'list', items: words.map((value) => ({ ...text, kind, value })), start, end };
}

/** A string with values of the caller's variables, and nothing else that is not literal. */
function template(parts: readonly (Term | undefined)[], { start, end }: Span): Term {
  const made = parts.map((part) => (part?.kind === 'variable' ? { variable: part.name } : textOf(part)));
  const bad = made.indexOf(undefined);
  const why = parts[bad]?.kind === 'unread' ? parts[bad].why : 'not a literal';
  if (bad >= 0) return unread({ start, end }, why);
  return { kind: 'template', parts: made.filter((part) => part !== undefined), start, end };
}

function join(parts: readonly (Term | undefined)[], { start, end }: Span): Term {
  const span = { start, end };
  if (parts[1]?.kind === 'path') {
    const rest = join([parts[0], ...parts.slice(2)], span);
    const isBelow = textOf(parts[0]) === '' && rest.kind === 'text';
    return isBelow
      ? { kind: 'path', value: posix.join('.', rest.value), ...span }
      : unread(span, 'not a literal');
  }
  const texts = parts.map(textOf);
  const bad = texts.indexOf(undefined);
  const part = parts[bad];
  if (bad >= 0) return unread(span, part?.kind === 'unread' ? part.why : 'not a literal');
  const file = parts.map((part) => (part?.kind === 'text' ? part.file : undefined)).find(Boolean);
  return { kind: 'text', value: texts.join(''), file, ...span };
}

/** How a value appears in a string. */
function textOf(term: Term | undefined): string | undefined {
  if (term?.kind === 'text') return term.value;
  if (term?.kind === 'atom') return term.value === 'nil' ? '' : term.value;
  return term?.kind === 'number' && /^\d{1,15}$/.test(term.value) ? String(Number(term.value)) : undefined;
}
