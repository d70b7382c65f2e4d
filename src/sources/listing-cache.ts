import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listTree } from './list-tree.js';
import type { Tree, TreeEntry } from './tree.js';

/** Columns, as they are read and written several times as fast as an object for each file. */
interface Columns {
  version: 1;
  paths: string[];
  /** Of each path in turn: size, mtime, ctime, inode. */
  stats: number[];
  contents: string[];
}

/**
 * A file that was written within this time, in ms, before it was listed may be written again without getting another
 * time, as file systems count in steps (FAT in 2 s): git's "racily clean".
 */
const TOO_NEW = 2_500;

/** Where listings are remembered, and until when; processes may share it. */
export interface ListingCache {
  directory: string;
  now: () => Date;
  /** Remember nothing new. */
  readOnly?: boolean;
}

/** {@link listTree} with {@link withListing}. @throws as {@link listTree} */
export async function listRemembered(
  root: string,
  cache: ListingCache,
  signal: AbortSignal,
  exclude: readonly string[] = [],
): Promise<Tree> {
  return await withListing([root, exclude], cache, (known) => listTree(root, known, signal, exclude));
}

/**
 * Lists with what is remembered of the last time. A cache that cannot be read or written costs time only.
 * @param what is listed, as nothing else is called
 */
export async function withListing(
  what: unknown,
  cache: ListingCache,
  list: (known: Tree) => Promise<Tree>,
): Promise<Tree> {
  const name = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 24);
  const file = join(cache.directory, `${name}.json`);
  const known = await readListing(file);
  const started = cache.now().getTime();
  const tree = await list(known);
  if (!cache.readOnly && isNews(tree, known))
    await writeListing(file, tree, started - TOO_NEW).catch(() => {});
  return tree;
}

async function readListing(file: string): Promise<Tree> {
  const tree: Tree = Object.create(null);
  try {
    const { version, paths, stats, contents } = JSON.parse(await readFile(file, 'utf8')) as Columns;
    if (version !== 1) return tree;
    for (const [index, path] of paths.entries()) {
      const [size, mtime, ctime, inode] = stats.slice(index * 4, index * 4 + 4);
      tree[path] = { kind: 'file', mode: 0, size, mtime, ctime, inode, content: contents[index] };
    }
    return tree;
  } catch {
    return Object.create(null); // none yet, or one that was damaged
  }
}

async function writeListing(file: string, tree: Tree, before: number): Promise<void> {
  const columns: Columns = { version: 1, paths: [], stats: [], contents: [] };
  for (const path in tree) {
    const { kind, size = 0, mtime = 0, ctime = 0, inode = 0, content = '' } = tree[path] as TreeEntry;
    if (kind !== 'file' || ctime >= before || mtime >= before) continue;
    columns.paths.push(path);
    columns.stats.push(size, mtime, ctime, inode);
    columns.contents.push(content);
  }
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(temporary, JSON.stringify(columns));
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Whether there is something that was not known: then it is worth writing down. */
function isNews(tree: Tree, known: Tree): boolean {
  for (const path in tree) {
    const entry = tree[path] as TreeEntry;
    if (entry.kind === 'file' && known[path]?.content !== entry.content) return true;
    if (entry.kind === 'file' && known[path]?.ctime !== entry.ctime) return true;
  }
  return false;
}
