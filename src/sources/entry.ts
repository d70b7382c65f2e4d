import { lstatSync, readlinkSync } from 'node:fs';
import { hashFiles } from './hash-files.js';
import { forNode, nameFrom } from './path-bytes.js';
import type { Tree, TreeEntry } from './tree.js';

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
 * An entry with the content hash that is known of it, where its size, times and inode are the same; the known entry itself where
 * nothing differs.
 */
export function withKnown(entry: TreeEntry, known: TreeEntry | undefined): TreeEntry {
  if (known?.kind !== entry.kind) return entry;
  if (entry.kind !== 'file')
    return known.mode === entry.mode && known.content === entry.content ? known : entry;
  const isSame =
    known.size === entry.size &&
    known.mtime === entry.mtime &&
    known.ctime === entry.ctime &&
    known.inode === entry.inode;
  if (!isSame) return entry;
  return known.mode === entry.mode ? known : { ...entry, content: known.content };
}

/** The known tree itself where another one has the very entries of it. */
export function orKnown(tree: Tree, known: Tree): Tree {
  let count = 0;
  for (const path in tree) {
    if (tree[path] !== known[path]) return tree;
    count++;
  }
  return count === Object.keys(known).length ? known : tree;
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
