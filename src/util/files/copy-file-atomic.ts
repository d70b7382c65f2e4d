import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removeLeftovers, sibling } from './replace-directory.js';

/** A time is copied to the millisecond; a file system that keeps less of it has the file copied again. */
const SAME_MS = 2;

/** Whether two times of files are the same one. */
export function isSameTime(oneMs: number, otherMs: number): boolean {
  return Math.abs(oneMs - otherMs) < SAME_MS;
}

/**
 * Copies a file, with its time, completely or not at all: into a temporary sibling that takes the place of `to` when it
 * is on the disk. A copy that is there already, of the same size and time, stays.
 * @returns what that was: undefined when there was nothing to copy
 */
export async function copyFileAtomic(from: string, to: string): Promise<'made' | 'replaced' | undefined> {
  const [{ size, mtimeMs }, known] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  if (known?.isFile() && known.size === size && isSameTime(known.mtimeMs, mtimeMs)) return undefined;
  await mkdir(dirname(to), { recursive: true });
  await removeLeftovers(to);
  const temporary = sibling(to, 'new');
  try {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await finish(temporary, new Date(mtimeMs));
    await rename(temporary, to);
    return known ? 'replaced' : 'made';
  } finally {
    await rm(temporary, { force: true });
  }
}

async function finish(path: string, mtime: Date): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.utimes(mtime, mtime);
    await file.datasync();
  } finally {
    await file.close();
  }
}
