import { open } from 'node:fs/promises';
import { systemCode } from '../errors.js';

/** Writes a new file, and returns when it is on the disk: else a power failure could leave an empty one of its name. */
export async function writeDurable(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Brings the names in a directory to the disk (fsync(2), of a directory), where the system can do that. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    await directory.sync().finally(() => directory.close());
  } catch (error) {
    // Windows opens no directory, and some file systems (of networks) sync none
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error;
  }
}
