import { follow } from './compare-trees.js';
import { parents } from './paths.js';
import type { Tree, TreeEntry } from './tree.js';
import { TreeBuilder } from './tree-builder.js';

/** A mode that no file has. */
const UNKNOWN = -1;

/** Manifest entries for paths of which nobody knows what the copy has until all is done: they differ from any file. */
export function inDoubt(
  before: Tree,
  after: Tree,
  changed: readonly string[],
  removed: readonly string[],
): Tree {
  const gone = new Set(removed);
  const isGone = (path: string) => [path, ...parents(path)].some((one) => gone.has(one));
  const doubts = new TreeBuilder();
  const add = (path: string) => {
    const kind = after.get(path)?.kind ?? before.get(path)?.kind;
    if (kind) doubts.add(path, { kind, mode: UNKNOWN });
  };
  if (gone.size > 0) for (const path of before.paths.filter(isGone)) add(path);
  for (const path of changed) add(path);
  return doubts.build();
}

/**
 * The changed paths apart: those of which the mode alone is another one, by that mode, and the others. The copy of a
 * file gets the time that it has on the host; one that is not copied keeps its own, which may be all that tells make of
 * a change that it has not seen yet, as the last build failed.
 */
export function modesAlone(
  before: Tree,
  after: Tree,
  changed: readonly string[],
): { modes: Map<number, string[]>; others: string[] } {
  const modes = new Map<number, string[]>();
  const others: string[] = [];
  for (const path of changed) {
    const [a, b] = [before.get(path), after.get(path)];
    const isMode = b && a?.kind === b.kind && a.content === b.content && a.mode !== UNKNOWN;
    if (!isMode) others.push(path);
    else if (!modes.get(b.mode)?.push(path)) modes.set(b.mode, [path]);
  }
  return { modes, others };
}

/**
 * Of the entries that are copied, those whose content is another one, be it through a link: what was made of them is
 * outdated. The content of a directory is the names in it.
 */
export function outdating(before: Tree, after: Tree, copied: readonly string[]): string[] {
  const outdated = new Set<string>();
  const directories = new Set<string>();
  for (const path of copied) {
    const entry = after.get(path);
    if (entry?.kind !== 'dir' && entry?.content === before.get(path)?.content) continue;
    const target = entry?.kind === 'link' ? follow(after, path) : path;
    if (target === undefined) continue;
    outdated.add(target);
    if (entry?.kind === 'link' && after.get(target)?.kind !== 'file') directories.add(target);
  }
  if (directories.size > 0) for (const path of below(after, directories)) outdated.add(path);
  return [...outdated].filter((path) => path !== '');
}

/** Links are left out: they lead to what is in the tree by itself, or out of it. */
function below(tree: Tree, directories: ReadonlySet<string>): string[] {
  const isBelow = (path: string) => parents(path).some((parent) => directories.has(parent));
  const all = directories.has('');
  return tree.paths.filter((path, index) => tree.kindAt(index) !== 'link' && (all || isBelow(path)));
}

/** What tells of a file that was written, even with the same content and time. */
const KEYS: readonly (keyof TreeEntry)[] = ['kind', 'mode', 'content', 'size', 'mtime', 'ctime', 'inode'];

/**
 * The paths that something has touched since they were listed, or removed: what was read of them meanwhile may be
 * neither what they were nor what they are.
 */
export function touchedSince(listed: Tree, now: Tree, paths: readonly string[]): string[] {
  if (listed === now) return [];
  return paths.filter((path) => {
    const [then, since] = [listed.get(path), now.get(path)];
    return KEYS.some((key) => then?.[key] !== since?.[key]);
  });
}
