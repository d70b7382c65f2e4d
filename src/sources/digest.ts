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

/** A tree, and its digests. */
export interface Listing extends Digests {
  readonly tree: Tree;
}

export function digestsOf(tree: Tree): Digests {
  const hash = createHash('sha256');
  const places = placesByName(tree);
  for (let start = 0; start < places.length; start += BATCH) {
    const lines = places.slice(start, start + BATCH).map((index) => line(tree, index));
    hash.update(lines.join(''));
  }
  const digest = hash.digest('hex');
  const modes = places.map((index) => tree.modeAt(index));
  return {
    digest,
    copyDigest: createHash('sha256')
      .update(`${digest} ${modes.join(' ')}`)
      .digest('hex'),
  };
}

/** In the order of the whole paths, which is not the one of a walk: "a-b" is before "a/b". */
function placesByName({ paths }: Tree): number[] {
  const path = (index: number) => paths[index] as string;
  return Array.from(paths.keys()).sort((a, b) => (path(a) < path(b) ? -1 : 1));
}

/** One line for one entry, whatever is in its name. */
function line(tree: Tree, index: number): string {
  const kind = kindOf({ kind: tree.kindAt(index), mode: tree.modeAt(index) });
  return `${JSON.stringify([tree.paths[index], kind, tree.contentAt(index)])}\n`;
}

/** "file", "executable", "dir" or "link": all of an entry's mode that git, and so every clone, keeps. */
export function kindOf({
  kind,
  mode,
}: Pick<TreeEntry, 'kind' | 'mode'>): 'file' | 'executable' | 'dir' | 'link' {
  return kind === 'file' && (mode & 0o111) !== 0 ? 'executable' : kind;
}
