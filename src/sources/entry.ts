import { lstatSync, readlinkSync } from 'node:fs';
import { hashFiles } from './hash-files.js';
import { forNode, nameFrom } from './path-bytes.js';
import { hexAt, type TreeEntry } from './tree.js';

/** The bits of a mode that say what it is of (inode(7), S_IFMT). */
const KIND_BITS = 0o170000;
const KINDS = new Map<number, TreeEntry['kind']>([
  [0o100000, 'file'],
  [0o040000, 'dir'],
  [0o120000, 'link'],
]);

/**
 * What lies at a path, but for the content of a file; undefined for a socket, a FIFO or a device.
 * @throws ENOENT when there is nothing
 */
export function entryOf(path: string): TreeEntry | undefined {
  const place = forNode(path);
  const { mode, size, mtimeMs, ctimeMs, ino } = lstatSync(place);
  return entryFrom([mode, size, mtimeMs, ctimeMs, ino], 0, () => nameFrom(readlinkSync(place, 'buffer')));
}

/** The same of the five numbers of an inode: mode, size, mtime, ctime, inode. */
export function entryFrom(
  numbers: ArrayLike<number>,
  at: number,
  target: () => string | undefined,
): TreeEntry | undefined {
  const all = numbers[at] as number;
  const mode = all & 0o7777;
  switch (KINDS.get(all & KIND_BITS)) {
    case 'dir':
      return { kind: 'dir', mode };
    case 'link':
      return { kind: 'link', mode: 0o777, content: target() };
    case 'file': {
      const [size, mtime, ctime, inode] = [
        numbers[at + 1],
        numbers[at + 2],
        numbers[at + 3],
        numbers[at + 4],
      ];
      return { kind: 'file', mode, size, mtime, ctime, inode };
    }
    default:
      return undefined;
  }
}

/**
 * Adds the content hashes of files, reading those that have none.
 * @returns whether every file was still there
 */
export async function addContents(
  root: string,
  entries: Iterable<[path: string, entry: TreeEntry]>,
  signal: AbortSignal,
): Promise<boolean> {
  const unread = [...entries].filter(([, { kind, content }]) => kind === 'file' && content === undefined);
  const files = unread.map(([path, { size = 0 }]) => ({ path: forNode(`${root}/${path}`), size }));
  const { hashes, areThere } = await hashFiles(files, signal);
  for (const [index, [, entry]] of unread.entries()) entry.content = hexAt(hashes, index);
  return areThere;
}
