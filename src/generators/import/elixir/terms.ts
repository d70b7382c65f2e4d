import type { Span } from './tokens.js';

/** A value as far as it stands literally in the source. */
export type Term = Span &
  (
    | { kind: 'text'; value: string /** The file whose content is a part of it. */; file?: string }
    | { kind: 'atom' | 'number' | 'module'; value: string }
    | { kind: 'list' | 'tuple'; items: Term[] }
    | { kind: 'pair'; key: string; value: Term }
    /** A path below the directory of the source (`__DIR__`). */
    | { kind: 'path'; value: string }
    /** The value that a variable of the caller has. */
    | { kind: 'variable'; name: string }
    /** A string with such values in it. */
    | { kind: 'template'; parts: (string | { variable: string })[] }
    /** The trimmed content of the file at such a path. */
    | { kind: 'content'; path: string }
    | { kind: 'unread'; why: string }
  );

export function unread({ start, end }: Span, why: string): Term {
  return { kind: 'unread', why, start, end };
}

/** How much it takes from the budget. */
export function sizeOf(term: Term): number {
  if ('items' in term) return 1 + term.items.length;
  return term.kind === 'text' ? 1 + term.value.length / 50 : 1;
}

/** The pairs of a keyword list, `{:key, value}` among them; the first of a key counts, as in Elixir. */
export function pairsOf(items: readonly Term[]): Map<string, Term> {
  const pairs = new Map<string, Term>();
  for (const item of items) {
    const [key, value] = keyAndValue(item) ?? [];
    if (key !== undefined && value && !pairs.has(key)) pairs.set(key, value);
  }
  return pairs;
}

/** Undefined when it is not a pair. */
export function keyAndValue(item: Term): [string, Term] | undefined {
  if (item.kind === 'pair') return [item.key, item.value];
  if (item.kind !== 'tuple') return undefined;
  const [key, value] = item.items;
  return item.items.length === 2 && key?.kind === 'atom' && value ? [key.value, value] : undefined;
}

/** Whether a list is made of nothing but strings that a variable is part of. */
export function isMadeOf(term: Term, variable: string): boolean {
  if (term.kind === 'list')
    return term.items.length > 0 && term.items.every((item) => isMadeOf(item, variable));
  if (term.kind === 'pair') return isMadeOf(term.value, variable);
  return (
    term.kind === 'template' &&
    term.parts.some((part) => typeof part === 'object' && part.variable === variable)
  );
}
