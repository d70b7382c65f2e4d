import { randomUUID } from 'node:crypto';
import type { ArchiveFile } from '../artifact/archive/archive-file.js';
import { isUnpacked } from '../artifact/archive/marker-files.js';
import { overrideOf } from '../artifact/nerves-override.js';
import type { Package } from '../artifact/package.js';
import type { ArchiveRun } from './archive.js';
import { isOfThisRun } from './fresh.js';
import { checkOwnDirectory } from './host/check-sources.js';
import { noteOthers, offerToConsumers } from './offer/to-consumers.js';
import { offerToNerves } from './offer/to-nerves.js';
import { currentArchive } from './recipe/current-archive.js';

export interface BuildRun extends ArchiveRun {
  /** The archive is in its place already, by Nx: built before, or from a cache. */
  archived: boolean;
  /** What helps against a stale archive, by how its target is written. */
  staleHint?: string;
}

export interface BuildResult {
  /** Undefined when a directory of the user's stands in for the artifact. */
  archive?: ArchiveFile;
  /** The artifact's directory, absolute. */
  artifact: string;
  /** The variable that named it, NERVES_SYSTEM or NERVES_TOOLCHAIN, where that is what decided. */
  override?: string;
  /** Whether it had to be unpacked, or was there already. */
  unpacked: boolean;
  /** What else was done for Nerves, or could not be: a line each. */
  notes: string[];
}

/**
 * Puts the artifact of a package into its directory, and where Nerves looks for it. With `archived` the archive is
 * already in its place (by Nx: built before, or from a cache), and neither Docker nor anything that talks to it is
 * loaded; it must have been built from what there is now. Else, or to start `fresh`, it is built.
 * @throws ArtifactError ARCHIVE_MISSING, ARCHIVE_STALE, ARCHIVE_CORRUPT, and what {@link archive} throws
 */
export async function build(pkg: Package, run: BuildRun): Promise<BuildResult> {
  const notes: string[] = [];
  const note = (line: string) => void notes.push(line);
  await checkOwnDirectory(pkg);
  const override = overrideOf(pkg, run.host.env, (line) => note(`warning: ${line}`));
  if (override) {
    const { directory, variable } = override;
    await offerToConsumers(pkg, { replaced_by: directory, run: randomUUID() }, directory, note);
    return { artifact: directory, override: variable, unpacked: false, notes };
  }
  const isThere = run.archived && (!run.settings.fresh || (await isOfThisRun(pkg, run.settings)));
  const archive = isThere
    ? await currentArchive(pkg, run)
    : await (await import('./archive.js')).archive(pkg, run);
  const artifact = pkg.paths.artifact;
  const unpacked = !(await isUnpacked(artifact, archive, pkg.checksum));
  if (unpacked) {
    await checkOwnDirectory(pkg); // a build takes an hour, in which somebody may have used it
    const { unpack } = await import('../artifact/archive/unpack.js'); // most runs have nothing to unpack
    await unpack(archive, artifact, pkg.checksum, { env: run.host.env, signal: run.signal });
  }
  await offerToConsumers(pkg, { archive_sha256: archive.sha256 }, artifact, note);
  if (unpacked) await noteOthers(pkg, note);
  await offerToNerves(pkg, archive, run.host, note);
  return { archive, artifact, unpacked, notes };
}
