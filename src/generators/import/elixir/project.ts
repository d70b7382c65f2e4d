import { findProject } from './definitions.js';
import { findFunction } from './lookup.js';
import { readFound, type Scope } from './read.js';
import type { Term } from './terms.js';
import { tokenize } from './tokens.js';
import { treeOf } from './tree.js';

/** Far more than a mix.exs has. */
const BUDGET = 100_000;

/**
 * Reads what the function `project` of a mix.exs gives, as far as it is literal. Nothing is evaluated.
 * @param contentOf trimmed content of a file, by its path from the source's directory
 * @returns undefined when no module has such a function
 */
export function readProject(text: string, contentOf: Scope['contentOf']): Term | undefined {
  const module = findProject(treeOf(tokenize(text)));
  if (!module) return undefined;
  const [definition] = module.functions.get('project') ?? [];
  const start = definition?.start ?? 0;
  const scope = { module, contentOf, budget: { left: BUDGET }, depth: 0, inside: [] };
  return readFound(findFunction(module, 'project'), { start, end: start + 'def project'.length }, scope);
}
