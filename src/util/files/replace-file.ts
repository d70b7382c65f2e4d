import { readFile, rename, rm } from 'node:fs/promises';
import { writeDurable } from './durable.js';
import { removeLeftovers, sibling } from './replace-directory.js';

/**
 * Writes a small file completely or not at all; one of the same content stays untouched. Its directory must exist.
 * @param write how a new file is written: durably, unless it can be made again at any time
 */
export async function replaceFile(path: string, text: string, write = writeDurable): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  await removeLeftovers(path);
  const fresh = sibling(path, 'new');
  try {
    await write(fresh, text);
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}
