import { escapeCallerVariables } from '../../../conventions/caller-variables.js';
import { keyAndValue, pairsOf, type Term } from '../elixir/terms.js';
import type { Findings } from './findings.js';

/** A string; anything else is a finding. One that holds a file's content is one as of today, which a warning says. */
export function textOf(term: Term, key: string, findings: Findings): string | undefined {
  if (term.kind !== 'text') {
    addNotRead(term, key, 'not a string', findings);
    return undefined;
  }
  if (term.file)
    findings.warnings.push(
      `${key} "${term.value}" contains the current content of ${term.file}, and will not follow changes to it`,
    );
  return term.value;
}

/** The strings of a list. What else stands in it is a finding; a list of nothing else is none. */
export function textsOf(
  term: Term,
  key: string,
  findings: Findings,
  readItem = textOf,
): string[] | undefined {
  if (term.kind !== 'list') {
    addNotRead(term, key, 'not a list', findings);
    return undefined;
  }
  const texts = term.items.flatMap((item) => readItem(item, key, findings) ?? []);
  return texts.length > 0 || term.items.length === 0 ? texts : undefined;
}

/** The arguments of make, in which the value of a variable of the caller is `{env:NAME}`. */
export function argumentsOf(term: Term, key: string, findings: Findings): string[] | undefined {
  return textsOf(term, key, findings, argumentOf);
}

function argumentOf(term: Term, key: string, findings: Findings): string | undefined {
  if (term.kind !== 'template') {
    const text = textOf(term, key, findings);
    return text && escapeCallerVariables(text);
  }
  const parts = term.parts.map((part) =>
    typeof part === 'string' ? escapeCallerVariables(part) : `{env:${part.variable}}`,
  );
  return parts.join('');
}

/** The pairs of a keyword list. */
export function keywordsOf(term: Term, key: string, findings: Findings): Map<string, Term> {
  if (term.kind !== 'list') {
    addNotRead(term, key, 'not a keyword list', findings);
    return new Map();
  }
  for (const item of term.items) if (!keyAndValue(item)) addNotRead(item, key, 'not a pair', findings);
  return pairsOf(term.items);
}

export function addNotRead(term: Term, key: string, why: string, findings: Findings): void {
  const ofCaller = term.kind === 'template' ? "a value of the caller's, which only make_args can take" : why;
  findings.addNotRead(key, term, term.kind === 'unread' ? term.why : ofCaller);
}
