import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../errors.js';

/** A tar of a process that was killed may go on writing for a moment. */
const WHILE_WRITTEN = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 };

/** Removes a directory tree, a file or nothing; also read-only directories, which only root may empty as they are. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) throw error;
    await makeWritable(path);
    await rm(path, WHILE_WRITTEN);
  }
}

async function makeWritable(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return; // chmod would follow a link
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(path, entry.name));
  }
}
