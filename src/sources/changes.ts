import { posix } from 'node:path';
import { parents, type Tree } from './tree.js';

/** A mode that no file has. */
const UNKNOWN = -1;

/** Manifest entries for paths of which nobody knows what the copy has until all is done: they differ from any file. */
export function inDoubt(before: Tree, after: Tree, changed: string[], removed: string[]): object {
  const gone = new Set(removed);
  const below = Object.keys(before).filter((path) => [path, ...parents(path)].some((one) => gone.has(one)));
  const entry = (path: string) => [path, { kind: (after[path] ?? before[path])?.kind, mode: UNKNOWN }];
  return Object.fromEntries([...below, ...changed].map(entry));
}

/** The files whose content is another one, be it through a link: what was made of them is outdated. */
export function outdating(before: Tree, after: Tree, changed: string[]): string[] {
  const paths = changed.flatMap((path) => {
    const entry = after[path];
    if (entry?.kind === 'dir' || entry?.content === before[path]?.content) return [];
    if (entry?.kind === 'file') return [path];
    const target = posix.join(posix.dirname(path), entry?.content ?? '');
    return after[target]?.kind === 'file' ? [target] : [];
  });
  return [...new Set(paths)];
}
