import { readFile, rename, rm } from 'node:fs/promises';
import { writeDurable } from './durable.js';
import { removeLeftovers, sibling } from './replace-directory.js';

/** Writes a small file completely or not at all; one of the same content stays untouched. Its directory must exist. */
export async function replaceFile(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  await removeLeftovers(path);
  const fresh = sibling(path, 'new');
  try {
    await writeDurable(fresh, text);
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}
