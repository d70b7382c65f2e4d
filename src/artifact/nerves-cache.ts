import { randomBytes } from 'node:crypto';
import { lstat, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.js';
import { removeTree } from '../util/files/remove-tree.js';
import { CHECKSUM, readMarker } from './archive/marker-files.js';

/**
 * Makes Nerves find the artifact in `directory`. Nerves looks at `<base>/<name>/CHECKSUM` first, and at the package's
 * own artifact only where that is absent: one of another checksum would be built anew. What Nerves calls stale there
 * becomes a link to the artifact, as Nerves itself makes it; anything else stays as it is.
 * Rule: Nerves.Artifact.Cache.valid?/1 and its try_link.
 * @param base Nerves' artifacts directory, absolute
 * @param checksum 64 upper-case hex digits
 * @returns the path of what was replaced, if anything was
 */
export async function replaceStale(
  { name, checksum }: { name: string; checksum: string },
  directory: string,
  base: string,
): Promise<string | undefined> {
  const path = join(base, name);
  const known = await readMarker(path, CHECKSUM);
  if (known === undefined || known.trim() === checksum) return undefined;
  const unique = randomBytes(4).toString('hex');
  const [link, old] = [join(base, `.${name}.${unique}.new`), join(base, `.${name}.${unique}.old`)];
  try {
    await symlink(directory, link);
    if ((await lstat(path)).isDirectory()) await rename(path, old); // a link is replaced in one step
    await rename(link, path);
    await removeTree(old);
    return path;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return undefined; // another process was faster
  } finally {
    await rm(link, { force: true });
  }
}
