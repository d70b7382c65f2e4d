import { lstatSync } from 'node:fs';
import { chmod, lstat, mkdir, open, rename, rm, rmdir, symlink, unlink } from 'node:fs/promises';
import { systemCode } from '../../errors.js';
import { addContents, entryOf } from '../../sources/entry.js';
import { bytesOf, forNode } from '../../sources/path-bytes.js';
import { parents } from '../../sources/paths.js';
import type { TreeEntry } from '../../sources/tree.js';
import { sibling } from '../../util/files/replace-directory.js';
import type { FileTarget } from './read-files.js';
import { PERMISSIONS } from './what-comes-back.js';

/** What no copy is like: a socket, a FIFO, a device. */
const SPECIAL: TreeEntry = { kind: 'file', mode: -1 };

/** What is at these paths below a directory of the host, contents and all. No link in it is followed. */
export async function entriesOnHost(
  root: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, TreeEntry>> {
  const entries = new Map<string, TreeEntry>();
  for (const path of paths) {
    const entry = obstacleTo(root, path) === undefined ? entryAt(root, path) : undefined;
    if (entry) entries.set(path, entry);
  }
  const ordinary = [...entries].filter(([, entry]) => entry !== SPECIAL);
  await addContents(root, ordinary, signal);
  return entries;
}

function entryAt(root: string, path: string): TreeEntry | undefined {
  try {
    return entryOf(`${root}/${path}`) ?? SPECIAL;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** The first directory of a path that is something else on the host, as a link that leads out of `root`. */
export function obstacleTo(root: string, path: string): string | undefined {
  const isOther = (one: string) =>
    lstatSync(forNode(`${root}/${one}`), { throwIfNoEntry: false })?.isDirectory() === false;
  return parents(path).find(isOther);
}

/** Whether the host still has at a path what it had when that was looked at. */
export function isStill(root: string, path: string, then: TreeEntry | undefined): boolean {
  const now = entryAt(root, path);
  if (!now || !then) return now === then;
  if (now.kind !== 'file')
    return now.kind === then.kind && (now.kind === 'dir' || now.content === then.content);
  return (['kind', 'size', 'mtime', 'ctime', 'inode'] as const).every((key) => now[key] === then[key]);
}

/**
 * A name beside `path` at which nothing is yet, or the same file, as after an attempt that failed: "name.from-shell",
 * "name.from-shell.1".
 */
export async function besideOf(
  root: string,
  path: string,
  entry: TreeEntry | undefined,
  signal: AbortSignal,
): Promise<string> {
  for (let number = 0; ; number++) {
    const name = `${path}.from-shell${number ? `.${number}` : ''}`;
    const found = (await entriesOnHost(root, [name], signal)).get(name);
    const isSame = found?.kind === 'file' && entry?.kind === 'file' && found.content === entry.content;
    if (!found || isSame) return name;
  }
}

/** Removes a file, a link or an empty directory. @returns whether it went */
export async function removeFromHost(root: string, path: string): Promise<boolean> {
  const at = forNode(`${root}/${path}`);
  try {
    await ((await lstat(at)).isDirectory() ? rmdir(at) : unlink(at));
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

/** Makes a directory, in the place of what is there; its mode comes last, as it may forbid to write into it. */
export async function putDirectory(root: string, path: string): Promise<void> {
  await makeParents(root, path);
  const at = forNode(`${root}/${path}`);
  const found = lstatSync(at, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) await unlink(at);
  await mkdir(at);
}

export async function setMode(root: string, path: string, { mode }: TreeEntry): Promise<void> {
  await chmod(forNode(`${root}/${path}`), mode & PERMISSIONS);
}

/** @throws ENOTEMPTY where a directory is there in which something is left */
export async function putLink(root: string, path: string, { content = '' }: TreeEntry): Promise<void> {
  const { at, temporary } = await makeRoom(root, path);
  try {
    await symlink(bytesOf(content), temporary);
    await rename(temporary, at);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * A new file, which takes its place when it is complete, has the content that was expected, and is on the disk.
 * @param placed is asked then for the name that it gets: the host may have something there by now
 * @throws ENOTEMPTY where a directory is there in which something is left
 */
export async function putFile(
  root: string,
  path: string,
  { mode, content }: TreeEntry,
  placed: () => Promise<string>,
): Promise<FileTarget> {
  const { temporary } = await makeRoom(root, path);
  const file = await open(temporary, 'wx', 0o600);
  let failed: { error: unknown } | undefined;
  return {
    async write(data) {
      if (!failed)
        await file.writeFile(data).catch((error: unknown) => {
          failed = { error };
        });
    },
    async end(sha256) {
      try {
        if (failed) throw failed.error;
        if (sha256 === undefined) throw new Error('it was not read to its end');
        await file.chmod(mode & PERMISSIONS);
        await file.datasync();
        await file.close();
        if (sha256 !== content) throw new Error('something in the container changes it while it is read');
        await rename(temporary, forNode(`${root}/${await placed()}`));
      } finally {
        await file.close().catch(() => {});
        await rm(temporary, { force: true });
      }
    },
  };
}

/** The directories of a path, an empty directory at it gone, and a name beside it. */
async function makeRoom(
  root: string,
  path: string,
): Promise<{ at: string | Buffer; temporary: string | Buffer }> {
  await makeParents(root, path);
  const at = forNode(`${root}/${path}`);
  if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory()) await rmdir(at);
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  return { at, temporary: forNode(sibling(`${root}/${directory}from-shell`, 'new')) };
}

/** @throws ENOTDIR where a directory is something else */
async function makeParents(root: string, path: string): Promise<void> {
  for (const parent of parents(path)) {
    const found = lstatSync(forNode(`${root}/${parent}`), { throwIfNoEntry: false });
    if (!found) await mkdir(forNode(`${root}/${parent}`));
    else if (!found.isDirectory())
      throw Object.assign(new Error(`ENOTDIR: ${parent} is not a directory`), { code: 'ENOTDIR' });
  }
}
