import { lstatSync, readlinkSync } from 'node:fs';
import { hashFiles } from './hash-files.js';
import { forNode, nameFrom } from './path-bytes.js';
import type { Tree, TreeEntry } from './tree.js';

/** The bits of a mode that say what it is of (inode(7), S_IFMT). */
const KIND_BITS = 0o170000;
const KINDS = new Map<number, TreeEntry['kind']>([
  [0o100000, 'file'],
  [0o040000, 'dir'],
  [0o120000, 'link'],
]);

/**
 * What lies at a path, but for the content of a file; undefined for a socket, a FIFO or a device.
 * @param known what was there before: itself where nothing differs from it, else its content where size, times and inode are the same
 * @throws ENOENT when there is nothing
 */
export function entryOf(path: string, known?: TreeEntry): TreeEntry | undefined {
  const place = forNode(path);
  const { mode, size, mtimeMs, ctimeMs, ino } = lstatSync(place);
  return entryFrom([mode, size, mtimeMs, ctimeMs, ino], 0, known, () =>
    nameFrom(readlinkSync(place, 'buffer')),
  );
}

/** The same of the five numbers of an inode: mode, size, mtime, ctime, inode. */
export function entryFrom(
  numbers: ArrayLike<number>,
  at: number,
  known: TreeEntry | undefined,
  target: () => string | undefined,
): TreeEntry | undefined {
  const all = numbers[at] as number;
  const kind = KINDS.get(all & KIND_BITS);
  const mode = kind === 'link' ? 0o777 : all & 0o7777;
  const content = kind === 'link' ? target() : undefined;
  const isSame = known?.kind === kind && known?.mode === mode;
  if (kind !== 'file') {
    if (isSame && known?.content === content) return known;
    return kind && { kind, mode, ...(kind === 'link' && { content }) };
  }
  const [size, mtime, ctime, inode] = [numbers[at + 1], numbers[at + 2], numbers[at + 3], numbers[at + 4]];
  const isUnwritten =
    known?.kind === kind &&
    known.size === size &&
    known.mtime === mtime &&
    known.ctime === ctime &&
    known.inode === inode;
  if (isUnwritten && isSame) return known;
  return { kind, mode, size, mtime, ctime, inode, ...(isUnwritten && { content: known.content }) };
}

/** Whether a tree has the very entries of another one. */
export function isSameTree(tree: Tree, known: Tree): boolean {
  const paths = Object.keys(tree);
  return paths.length === Object.keys(known).length && paths.every((path) => tree[path] === known[path]);
}

/**
 * Adds the content hashes of a tree's files, reading those that have none.
 * @returns whether every file was still there
 */
export async function addContents(root: string, tree: Tree, signal: AbortSignal): Promise<boolean> {
  const unread: string[] = [];
  for (const path in tree) {
    const { kind, content } = tree[path] as TreeEntry;
    if (kind === 'file' && content === undefined) unread.push(path);
  }
  const files = unread.map((path) => ({ path: forNode(`${root}/${path}`), size: tree[path]?.size ?? 0 }));
  const hashes = await hashFiles(files, signal);
  for (const [index, path] of unread.entries()) (tree[path] as TreeEntry).content = hashes[index];
  return !hashes.includes(undefined);
}
