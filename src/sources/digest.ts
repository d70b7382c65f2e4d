import { createHash } from 'node:crypto';
import type { Tree, TreeEntry } from './tree.js';

/** Counted up when one of the digests would be another of the same tree. */
export const DIGEST_FORMAT = 1;

/** Entries to hash at once. */
const BATCH = 1_000;

/** A tree in 64 hex digits each. */
export interface Digests {
  /** What make sees of it: paths, kinds, executable bits, contents and link targets; no times. */
  readonly digest: string;
  /** What a copy has of it: that, and all bits of the modes. */
  readonly copyDigest: string;
}

/** A tree, and its digests. A tree that is as it was remembered is only made when it is asked for. */
export interface Listing extends Digests {
  readonly tree: Tree;
}

export function digestsOf(tree: Tree): Digests {
  const hash = createHash('sha256');
  const paths = Object.keys(tree).sort();
  for (let at = 0; at < paths.length; at += BATCH) {
    const lines = paths.slice(at, at + BATCH).map((path) => line(path, tree[path] as TreeEntry));
    hash.update(lines.join(''));
  }
  const digest = hash.digest('hex');
  const modes = paths.map((path) => tree[path]?.mode);
  return {
    digest,
    copyDigest: createHash('sha256')
      .update(`${digest} ${modes.join(' ')}`)
      .digest('hex'),
  };
}

/** One line for one entry, whatever is in its name. */
function line(path: string, entry: TreeEntry): string {
  return `${JSON.stringify([path, kindOf(entry), entry.content])}\n`;
}

/** "file", "executable", "dir" or "link": all of an entry's mode that git, and so every clone, keeps. */
export function kindOf({ kind, mode }: TreeEntry): 'file' | 'executable' | 'dir' | 'link' {
  return kind === 'file' && (mode & 0o111) !== 0 ? 'executable' : kind;
}
