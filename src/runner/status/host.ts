import { join } from 'node:path';
import { archiveNamed, archivesIn, readArchive } from '../../artifact/archive/archive-file.js';
import { CHECKSUM, readMarker, UNPACKED_FROM } from '../../artifact/archive/marker-files.js';
import { overrideOf } from '../../artifact/nerves-override.js';
import type { Package } from '../../artifact/package.js';
import { reason } from '../../errors.js';
import { statOf } from '../../util/files/stat-of.js';
import { compare } from '../recipe/current-archive.js';
import { type Provenance, provenanceBeside } from '../recipe/provenance.js';
import { recipeOf } from '../recipe/recipe.js';
import { type Run, recipeDeps } from '../run.js';
import type { ArchiveStatus, ArtifactStatus, FileStatus } from './types.js';

/** The archive in its place, and whether it was built from what there is now. */
export async function archiveStatus(
  pkg: Package,
  run: Omit<Run, 'connect' | 'reporter' | 'settings'>,
): Promise<ArchiveStatus & { provenance?: Provenance }> {
  const directory = pkg.paths.archive;
  const names = await archivesIn(directory);
  const file = archiveNamed(pkg.archiveFile, names) ?? names[0];
  const nothing = { path: null, size: null, sha256: null, recipe: null, details: [] };
  if (file === undefined) return { ...nothing, state: 'missing' };
  const path = join(directory, file);
  try {
    const { size, sha256 } = await readArchive(directory, file);
    const provenance = await provenanceBeside(directory, file);
    const is = { path, size, sha256, recipe: provenance?.recipe.digest ?? null, provenance };
    const known = await compare(directory, file, await recipeOf(pkg, recipeDeps(run)));
    if (known.sha256 !== sha256)
      return { ...is, state: 'unknown', details: ['nothing beside it says what it was built from'] };
    return { ...is, state: known.differences.length > 0 ? 'stale' : 'current', details: known.differences };
  } catch (error) {
    run.signal.throwIfAborted();
    return { ...nothing, path, state: 'unknown', details: [reason(error)] };
  }
}

/** The artifact, and whether it is what `build-artifact` would unpack now. */
export async function artifactStatus(
  pkg: Package,
  archive: ArchiveStatus,
  env: NodeJS.ProcessEnv,
): Promise<ArtifactStatus> {
  const override = overrideOf(pkg, env);
  if (override)
    return { state: 'replaced', path: override.directory, why: `${override.variable} names this directory` };
  const path = pkg.paths.artifact;
  const [from, sum] = await Promise.all([readMarker(path, UNPACKED_FROM), readMarker(path, CHECKSUM)]);
  if (from === undefined) return { state: 'missing', path, why: null };
  const stale = (why: string): ArtifactStatus => ({ state: 'stale', path, why });
  if (sum !== pkg.checksum) return stale('CHECKSUM is that of other files');
  if (archive.state === 'current')
    return from === archive.sha256
      ? { state: 'current', path, why: null }
      : stale('it is of another archive');
  if (archive.state === 'stale') return stale(`its sources have changed: ${archive.details.join('; ')}`);
  return { state: 'unknown', path, why: 'there is no archive that says what it was built from' };
}

export async function logsOf({ paths }: Package): Promise<FileStatus[]> {
  return [paths.log, paths.previousLog].flatMap((path) => {
    const found = statOf(path);
    return found ? [{ path, size: found.size, time: found.mtime.toISOString() }] : [];
  });
}
