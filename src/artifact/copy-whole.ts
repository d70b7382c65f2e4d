import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removeLeftovers, sibling } from './directory.js';

/**
 * Copies a file, with its time, whole or not at all: into a temporary sibling that takes the place of `to` when it
 * is on the disk. A copy that is there already, of the same size and time, stays.
 * @returns whether there was something to copy
 */
export async function copyWhole(from: string, to: string): Promise<boolean> {
  const [{ size, mtime }, known] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  if (known?.isFile() && known.size === size && known.mtimeMs === truncated(mtime)) return false;
  await mkdir(dirname(to), { recursive: true });
  await removeLeftovers(to);
  const temporary = sibling(to, 'new');
  try {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await finish(temporary, new Date(truncated(mtime)));
    await rename(temporary, to);
    return true;
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

/** To whole seconds: what every file system and every cache keeps. */
function truncated(time: Date): number {
  return Math.floor(time.getTime() / 1000) * 1000;
}
