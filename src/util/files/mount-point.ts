import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../../errors.js';

/** The directory at which the file system of a path is mounted: where the device changes on the way up. */
export async function mountPointOf(path: string): Promise<string> {
  let at = await realpath(path);
  const { dev } = await stat(at);
  for (;;) {
    const above = dirname(at);
    if (above === at || (await stat(above)).dev !== dev) return at;
    at = above;
  }
}

/**
 * Whether a directory was removed. A path that may not be read, or whose disk is not mounted at the moment, is not gone.
 * @param mount where its file system was mounted when it was there; undefined where nobody knows
 */
export async function isGone(path: string, mount: string | undefined): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') return false;
  }
  if (mount !== undefined) return await isMounted(mount);
  const siblings = await readdir(dirname(path)).catch(() => []);
  return siblings.length > 0; // an empty directory may be where a disk is mounted
}

async function isMounted(mount: string): Promise<boolean> {
  if (dirname(mount) === mount) return true;
  try {
    const [own, above] = await Promise.all([stat(mount), stat(dirname(mount))]);
    return own.dev !== above.dev;
  } catch {
    return false;
  }
}
