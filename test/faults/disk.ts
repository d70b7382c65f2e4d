import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../src/errors.js';

const MEGABYTE = Buffer.alloc(1 << 20);

export interface Filled {
  /** Gives the space back. */
  free(): Promise<void>;
}

/** Fills a file system to its last block, with a file in `directory`. */
export async function fillDisk(directory: string): Promise<Filled> {
  const path = join(directory, '.filler');
  const file = await open(path, 'w');
  try {
    for (const chunk of [MEGABYTE, MEGABYTE.subarray(0, 4096), MEGABYTE.subarray(0, 1)]) {
      for (let full = false; !full; ) full = await isFull(() => file.write(chunk));
    }
  } finally {
    await file.close();
  }
  return { free: () => rm(path, { force: true }) };
}

async function isFull(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return false;
  } catch (error) {
    if (systemCode(error) === 'ENOSPC') return true;
    throw error;
  }
}
