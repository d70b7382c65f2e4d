import { lstatSync, readlinkSync } from 'node:fs';
import { hashFiles } from './hash-files.js';
import { forNode, nameFrom } from './path-bytes.js';
import type { Tree, TreeEntry } from './tree.js';

/** What must be the same for a file not to be read again. */
const KEYS = ['size', 'mtime', 'ctime', 'inode'] as const;

/**
 * What lies at a path, but for the content of a file; undefined for a socket, a FIFO or a device.
 * @throws ENOENT when there is nothing
 */
export function entryOf(path: string): TreeEntry | undefined {
  const stat = lstatSync(forNode(path));
  const mode = stat.mode & 0o7777;
  if (stat.isFile()) {
    const { size, mtimeMs: mtime, ctimeMs: ctime, ino: inode } = stat;
    return { kind: 'file', mode, size, mtime, ctime, inode };
  }
  if (stat.isDirectory()) return { kind: 'dir', mode };
  if (!stat.isSymbolicLink()) return undefined;
  return { kind: 'link', mode: 0o777, content: nameFrom(readlinkSync(forNode(path), 'buffer')) };
}

/**
 * Adds the content hashes of a tree's files, reading those that may not be what `known` says.
 * @returns whether every file was still there
 */
export async function addContents(
  root: string,
  tree: Tree,
  known: Tree,
  signal: AbortSignal,
): Promise<boolean> {
  const unread: string[] = [];
  for (const path in tree) {
    const entry = tree[path] as TreeEntry;
    if (entry.kind !== 'file') continue;
    const before = known[path];
    if (before?.kind === 'file' && KEYS.every((key) => before[key] === entry[key]))
      entry.content = before.content;
    if (entry.content === undefined) unread.push(path);
  }
  const files = unread.map((path) => ({ path: forNode(`${root}/${path}`), size: tree[path]?.size ?? 0 }));
  const hashes = await hashFiles(files, signal);
  for (const [index, path] of unread.entries()) (tree[path] as TreeEntry).content = hashes[index];
  return !hashes.includes(undefined);
}
