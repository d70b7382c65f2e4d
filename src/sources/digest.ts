import { createHash } from 'node:crypto';
import type { Tree } from './tree.js';

/** What make sees of a tree, as 64 hex digits: paths, kinds, executable bits, contents and link targets; no times. */
export function treeDigest(tree: Tree): string {
  const hash = createHash('sha256');
  for (const path of Object.keys(tree).sort()) {
    const entry = tree[path];
    const isExecutable = entry?.kind === 'file' && (entry.mode & 0o111) !== 0;
    hash.update(`${JSON.stringify([path, entry?.kind, isExecutable, entry?.content])}\n`);
  }
  return hash.digest('hex');
}
