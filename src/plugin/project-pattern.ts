import { basename } from 'node:path';
import { isPattern, matchesPattern } from './name-pattern.js';

/** What a pattern may go by. */
export interface MatchedProject {
  name?: string;
  root: string;
  tags?: unknown;
}

/**
 * Whether a list of patterns selects a project, the last that fits deciding: names, `tag:`, `directory:`, `!` for what
 * is left out (Nx: findMatchingProjects).
 */
export function selects(patterns: readonly string[], project: MatchedProject): boolean {
  const isSelected = patterns[0]?.startsWith('!') ?? false;
  return patterns.reduce((selected, pattern) => {
    const isExcluded = pattern.startsWith('!');
    return matches(isExcluded ? pattern.slice(1) : pattern, project) ? !isExcluded : selected;
  }, isSelected);
}

function matches(pattern: string, { name: given, root, tags }: MatchedProject): boolean {
  const name = given ?? basename(root);
  if (pattern === '') return false;
  if (pattern === name || pattern === '*') return true;
  const [, type, value = pattern] = /^(name|tag|directory|unlabeled):(.*)$/s.exec(pattern) ?? [];
  if (value === '*') return true;
  if (type === 'tag')
    return [tags].flat().some((tag) => typeof tag === 'string' && matchesPattern(value, tag));
  if (type === 'name') return matchesName(value, name);
  if (type === 'directory') return matchesPattern(value, root);
  return matchesName(value, name) || matchesPattern(value, root);
}

/** A name that is not a pattern may be a part of one, between other characters than those of words. */
function matchesName(pattern: string, name: string): boolean {
  if (isPattern(pattern)) return matchesPattern(pattern, name);
  const literal = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![@a-zA-Z0-9-])${literal}(?![@a-zA-Z0-9-])`, 'i').test(name);
}
