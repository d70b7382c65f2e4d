import { randomBytes } from 'node:crypto';
import { chmod, lstat, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../../errors.js';

/** A tar of a process that was killed may go on writing for a moment. */
const MOST_TRIES = 6;
const RETRY_MS = 50;
/** Bytes of a path from which on a directory is moved up: with a name below it, it is still one that the system takes. */
const LONG = 2048;
const SLASH = Buffer.from('/');

/**
 * Removes a directory tree, a file or nothing; also what Node's rm does not: directories that may not be read or written, which
 * only root may empty as they are, names that are not UTF-8, and trees so deep that their paths are longer than the system takes.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    for (let tries = 1; ; tries++) {
      try {
        return await removeAll(Buffer.from(path));
      } catch (error) {
        if (!['ENOTEMPTY', 'ENOENT'].includes(systemCode(error) ?? '') || tries === MOST_TRIES) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

async function removeAll(root: Buffer): Promise<void> {
  const found = await lstat(root).catch(() => undefined);
  if (!found?.isDirectory()) return await rm(root, { force: true }); // chmod would follow a link
  const directories = [root];
  for (const path of directories) directories.push(...(await emptied(path, root)));
  for (const path of directories.reverse()) await rmdir(path); // a directory comes after the one that it is in
}

/** Removes what is in a directory but for the directories, whose paths it returns. */
async function emptied(path: Buffer, root: Buffer): Promise<Buffer[]> {
  const directories: Buffer[] = [];
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true, encoding: 'buffer' })) {
    const below = Buffer.concat([path, SLASH, entry.name as unknown as Buffer]);
    if (!entry.isDirectory()) await unlink(below);
    else directories.push(below.length > LONG ? await movedUp(below, root) : below);
  }
  return directories;
}

async function movedUp(directory: Buffer, root: Buffer): Promise<Buffer> {
  const short = Buffer.concat([root, SLASH, Buffer.from(`.${randomBytes(8).toString('hex')}`)]);
  await chmod(directory, 0o700); // to be moved it must be writable, as its `..` changes
  await rename(directory, short);
  return short;
}
