import { createHash } from 'node:crypto';
import type { Tree, TreeEntry } from './tree.js';

/** Entries to hash at once. */
const BATCH = 1_000;

/** What make sees of a tree, as 64 hex digits: paths, kinds, executable bits, contents and link targets; no times. */
export function treeDigest(tree: Tree): string {
  const hash = createHash('sha256');
  const paths = Object.keys(tree).sort();
  for (let at = 0; at < paths.length; at += BATCH) {
    const lines = paths.slice(at, at + BATCH).map((path) => line(path, tree[path] as TreeEntry));
    hash.update(lines.join(''));
  }
  return hash.digest('hex');
}

/** One line for one entry, whatever is in its name. */
function line(path: string, entry: TreeEntry): string {
  return `${JSON.stringify([path, kindOf(entry), entry.content])}\n`;
}

/** "file", "executable", "dir" or "link": all of an entry's mode that git, and so every clone, keeps. */
export function kindOf({ kind, mode }: TreeEntry): 'file' | 'executable' | 'dir' | 'link' {
  return kind === 'file' && (mode & 0o111) !== 0 ? 'executable' : kind;
}
