import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OWN_OUTPUTS } from '../conventions/own-outputs.js';
import { fileError } from '../util/files/file-error.js';
import { buildrootTrees } from './buildroot-trees.js';

/** What is known about one entry of a tree: kind, mode, and for a file its size, time and content hash. */
export interface TreeEntry {
  kind: 'file' | 'dir' | 'link';
  mode: number;
  size?: number;
  mtime?: number;
  /** With the inode it tells of other content of the same size and time, as git goes by them. */
  ctime?: number;
  inode?: number;
  /** SHA-256 of a file's content, or the target of a link. */
  content?: string;
}

/** Entries by path, relative to the tree's root, parents before children. */
export type Tree = Record<string, TreeEntry>;

/** Never copied into a container: our own outputs, and what belongs to the tools of the host. */
const LEFT_OUT = [...OWN_OUTPUTS, '.git', 'node_modules'];

/**
 * Lists a directory. The content hash of a file is taken over from `known` when its size, times and inode have not
 * changed, so that only what may have changed is read. Sockets, FIFOs and devices are left out.
 * @param exclude a directory that is left out, relative to `root`
 * @throws ArtifactError FILE_ACCESS
 */
export async function listTree(
  root: string,
  known: Tree,
  signal: AbortSignal,
  exclude?: string,
): Promise<Tree> {
  const tree: Tree = Object.create(null);
  const leftOut = new Set(LEFT_OUT);
  const visit = async (directory: string): Promise<void> => {
    signal.throwIfAborted();
    const names = (await readdir(join(root, directory))).sort();
    for (const name of names) {
      if (directory === '' && leftOut.has(name)) continue;
      const path = directory === '' ? name : `${directory}/${name}`;
      if (path === exclude) continue;
      const entry = await entryOf(join(root, path), known[path]);
      if (!entry) continue;
      tree[path] = entry;
      if (entry.kind === 'dir') await visit(path);
    }
  };
  try {
    for (const name of await buildrootTrees(root)) leftOut.add(name);
    await visit('');
  } catch (error) {
    throw fileError(error, `read ${root}`);
  }
  return tree;
}

/** What must be the same for a file not to be read again. */
const KEYS = ['size', 'mtime', 'ctime', 'inode'] as const;

async function entryOf(path: string, known: TreeEntry | undefined): Promise<TreeEntry | undefined> {
  const stat = await lstat(path);
  const mode = stat.mode & 0o7777;
  if (stat.isDirectory()) return { kind: 'dir', mode };
  if (stat.isSymbolicLink()) return { kind: 'link', mode: 0o777, content: await readlink(path) };
  if (!stat.isFile()) return undefined;
  const { size, mtimeMs: mtime, ctimeMs: ctime, ino: inode } = stat;
  const seen = { size, mtime, ctime, inode };
  const isKnown = known?.kind === 'file' && KEYS.every((key) => known[key] === seen[key]);
  return { kind: 'file', mode, ...seen, content: isKnown ? known.content : await sha256(path) };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** What has to be done to make a copy that was `before` into `after`; times alone are not a change. */
export function compareTrees(before: Tree, after: Tree): { changed: string[]; removed: string[] } {
  const changed = Object.keys(after).filter((path) => {
    const [a, b] = [before[path], after[path]];
    return a?.kind !== b?.kind || a?.mode !== b?.mode || a?.content !== b?.content;
  });
  const gone = new Set(Object.keys(before).filter((path) => after[path]?.kind !== before[path]?.kind));
  return { changed, removed: [...gone].filter((path) => !parents(path).some((parent) => gone.has(parent))) };
}

/** The directories above a path of a tree, from the top. */
export function parents(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
