import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ArchiveFile } from '../artifact/archive/archive-file.js';
import { isUnpacked } from '../artifact/archive/marker-files.js';
import { type Origin, otherArtifacts, writeCurrent } from '../artifact/current.js';
import { replaceStale } from '../artifact/nerves-cache.js';
import { overrideOf } from '../artifact/nerves-override.js';
import type { Package } from '../artifact/package.js';
import { downloadPath, hostArtifactsDir } from '../artifact/paths.js';
import { ARTIFACTS_DIR } from '../conventions/own-outputs.js';
import { reason } from '../errors.js';
import { copyFileAtomic } from '../util/files/copy-file-atomic.js';
import type { ArchiveRun } from './archive.js';
import { isOfThisRun } from './fresh.js';
import { checkOwnDirectory } from './host/check-sources.js';
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
  await offerToNerves(pkg, archive, run, note);
  return { archive, artifact, unpacked, notes };
}

/** What Nx hashes for the targets that use this artifact, and a link to it for them; `artifact_dir` has a fixed name. */
async function offerToConsumers(
  pkg: Package,
  origin: Origin,
  artifact: string,
  note: (line: string) => void,
): Promise<void> {
  const problem = await writeCurrent(pkg, origin, pkg.options.artifact_dir ? undefined : artifact);
  if (problem) note(`warning: ${problem}`);
}

const MOST_NAMED = 5;

/** An artifact is large, and that of an earlier version stays: it may be in use. */
async function noteOthers(pkg: Package, note: (line: string) => void): Promise<void> {
  const others = await otherArtifacts(pkg.root, pkg.paths.artifact);
  if (others.length === 0) return;
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
  const named = others.slice(0, MOST_NAMED).join(', ') + more;
  note(`note: ${join(pkg.root, ARTIFACTS_DIR)} also has ${named}; clean removes them all`);
}

/**
 * The archive where Nerves downloads to, and the artifact where Nerves looks first. What fails here is reported and
 * fails no build: the artifact is complete, and in its place.
 */
async function offerToNerves(
  pkg: Package,
  { path, file }: ArchiveFile,
  { host: { env } }: BuildRun,
  note: (line: string) => void,
): Promise<void> {
  if (!pkg.platform) return; // not a Nerves package
  if (pkg.configuration === undefined) await offerDownload(path, downloadPath(env, pkg, file), note);
  const base = hostArtifactsDir(env);
  await replaceStale(pkg, pkg.paths.artifact, base).then(
    (replaced) => replaced && note(`${replaced} was stale for Nerves, and is now a link to the artifact`),
    (error) => note(`warning: Nerves finds a stale artifact in ${base}: ${reason(error)}`),
  );
}

/** Its name does not tell configurations apart, so that two would take turns in replacing each other. */
async function offerDownload(from: string, download: string, note: (line: string) => void): Promise<void> {
  try {
    const done = await copyFileAtomic(from, download);
    if (done === 'made') note(`Copied the archive to the download cache: ${download}`);
    if (done === 'replaced') note(`Replaced another archive of that name in the download cache: ${download}`);
  } catch (error) {
    note(`warning: the archive is not in the download cache, where Nerves looks for it: ${reason(error)}`);
  }
}
