import { lstat, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { reason, systemCode } from '../errors.js';
import { removeLeftovers, sibling } from '../util/files/replace-directory.js';

/** What a file system says that has no links. */
const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL']);

/** What is at the place of the link. */
type Kind = 'nothing' | 'ours' | 'theirs';

/**
 * A name beside it is what our links lead to, or `other`; a link to anything else, like a file or a directory, is the
 * user's.
 */
export async function kindOfLink(link: string, other: string | undefined): Promise<Kind> {
  const stat = await lstat(link).catch(() => undefined);
  if (!stat) return 'nothing';
  if (!stat.isSymbolicLink()) return 'theirs';
  const target = await targetOf(link);
  return dirname(target) === dirname(link) || target === other ? 'ours' : 'theirs';
}

async function targetOf(link: string): Promise<string> {
  return resolve(dirname(link), await readlink(link));
}

/**
 * Has `link` lead to `target` (absolute), in one step; without one there is no link afterwards.
 * @returns why there is no link, where there should be one: something of the user's is there, or the file system has none
 */
export async function replaceLink(
  link: string,
  target: string | undefined,
  kind: Kind,
): Promise<string | undefined> {
  if (kind === 'theirs') return target && `${link} is not a link of this tool, and stays as it is`;
  if (target === undefined) return void (await rm(link, { force: true }));
  if (kind === 'ours' && (await targetOf(link)) === target) return undefined;
  await removeLeftovers(link);
  const fresh = sibling(link, 'new');
  try {
    // relative, so that a workspace can be moved; a junction is what Windows makes without more rights
    await symlink(dirname(target) === dirname(link) ? basename(target) : target, fresh, 'junction');
    await rename(fresh, link).catch(async (error) => {
      if (systemCode(error) !== 'EPERM') throw error;
      await rm(link, { force: true }); // Windows renames nothing over a junction
      await rename(fresh, link);
    });
    return undefined;
  } catch (error) {
    // where an old link is, the artifact that it leads to must not be taken for this one
    if (kind !== 'nothing' || !NO_LINKS.has(systemCode(error) ?? '')) throw error;
    return `there can be no link ${link}: ${reason(error)}`;
  } finally {
    await rm(fresh, { force: true });
  }
}
