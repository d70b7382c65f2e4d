import { type ArchiveFile, readArchive } from '../artifact/archive-file.js';
import { isUnpacked } from '../artifact/marks.js';
import type { Package } from '../artifact/package.js';
import type { RunnerDeps } from './deps.js';

export interface BuildResult {
  archive: ArchiveFile;
  /** The artifact's directory, absolute. */
  artifact: string;
  /** Whether it had to be unpacked, or was there already. */
  unpacked: boolean;
}

/**
 * Puts the artifact of a package into its directory. With `archived` the archive is already in its place (by Nx:
 * built before, or from a cache), and neither Docker nor anything that talks to it is loaded; else it is built.
 * @throws ArtifactError ARCHIVE_MISSING, ARCHIVE_STALE, ARCHIVE_BAD, and what {@link archive} throws
 */
export async function build(pkg: Package, deps: RunnerDeps & { archived: boolean }): Promise<BuildResult> {
  const archive = deps.archived
    ? await readArchive(pkg.paths.archive, pkg.archiveFile)
    : await (await import('./archive.js')).archive(pkg, deps);
  const artifact = pkg.paths.artifact;
  if (await isUnpacked(artifact, archive, pkg.checksum)) return { archive, artifact, unpacked: false };
  const { unpack } = await import('../artifact/unpack.js'); // most runs have nothing to unpack
  await unpack(archive, artifact, pkg.checksum, deps);
  return { archive, artifact, unpacked: true };
}
