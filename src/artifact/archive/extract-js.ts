import { chmod, lutimes, mkdir, symlink, utimes } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import type { ReadEntry } from 'tar';
import { ArtifactError, reason } from '../../errors.js';
import { fileError } from '../../util/files/file-error.js';
import { type ArchiveFile, bad } from './archive-file.js';

type Kept = { path: string; linkpath: string; mode: number; mtime: Date };
type Links = Map<string, Kept>;

/**
 * Unpacks with the tar package, where the system has no tar. Fills in what GNU tar does and the package does not:
 * links are made last, so that they may point anywhere, as in a root file system, without any member being written
 * through them; directories get their mode and time once they are filled; root gets the exact modes.
 * @throws ArtifactError ARCHIVE_CORRUPT, DISK_FULL, FILE_ACCESS
 */
export async function extractJs(archive: ArchiveFile, into: string): Promise<void> {
  const umask = process.getuid?.() === 0 ? 0 : process.umask();
  const lost = process.umask() & ~umask;
  const links: Links = new Map();
  const late: Kept[] = [];
  const filter = (_: unknown, found: unknown) => {
    const entry = found as ReadEntry;
    const kept = keep(entry);
    const linkpath = linkTarget(entry, links);
    if (linkpath !== undefined) links.set(kept.path, { ...kept, linkpath });
    else if (entry.type === 'Directory' || (entry.type === 'File' && kept.mode & lost)) late.push(kept);
    return linkpath === undefined;
  };
  try {
    if (!archive.file.endsWith('.tar.gz')) throw new Error('without a tar command only .tar.gz can be read');
    const tar = await import('tar');
    await tar.extract({ file: archive.path, cwd: into, strict: true, preserveOwner: false, filter });
    for (const link of links.values()) await makeLink(into, link, links);
    for (const { path, mode, mtime } of late.reverse()) {
      await chmod(join(into, path), mode & ~umask);
      await utimes(join(into, path), mtime, mtime);
    }
  } catch (error) {
    const known = fileError(error, `unpack ${archive.path}`);
    throw known instanceof ArtifactError ? known : bad(archive.path, reason(error) + memberOf(error));
  }
}

/** The member that an error of the tar package is about. */
function memberOf(error: unknown): string {
  const { entry } = error as { entry?: { path?: unknown } };
  return entry?.path === undefined ? '' : `: ${JSON.stringify(entry.path)}`;
}

function keep({ path, linkpath = '', mode = 0o755, mtime = new Date() }: ReadEntry): Kept {
  return { path: normalize(path).replace(/\/$/, ''), linkpath, mode: mode & 0o7777, mtime };
}

/** Where a symbolic link leads, or a hard link to one. */
function linkTarget({ type, linkpath = '' }: ReadEntry, links: Links): string | undefined {
  if (type === 'SymbolicLink') return linkpath;
  return type === 'Link' ? links.get(normalize(linkpath))?.linkpath : undefined;
}

/** The tar package has already checked the names of all other members. */
async function makeLink(into: string, { path, linkpath, mtime }: Kept, links: Links): Promise<void> {
  if (isAbsolute(path) || path.split('/').includes('..'))
    throw new Error(`${path} leads out of the directory`);
  for (let above = dirname(path); above !== '.'; above = dirname(above)) {
    if (links.has(above)) throw new Error(`${path} is below the link ${above}`);
  }
  await mkdir(dirname(join(into, path)), { recursive: true });
  await symlink(linkpath, join(into, path)).catch((error) => {
    throw error.code === 'EEXIST' ? new Error(`${path} appears both as a link and as something else`) : error;
  });
  await lutimes(join(into, path), mtime, mtime);
}
