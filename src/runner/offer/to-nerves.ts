import { join } from 'node:path';
import type { ArchiveFile } from '../../artifact/archive/archive-file.js';
import { copyArchive } from '../../artifact/downloads/copy-archive.js';
import { artifactExtension, hostTuple } from '../../artifact/names.js';
import { replaceStale } from '../../artifact/nerves-cache.js';
import type { Package } from '../../artifact/package.js';
import { downloadDir, hostArtifactsDir } from '../../artifact/paths.js';
import { reason } from '../../errors.js';
import { sizeText } from '../../options/units.js';
import type { Host } from '../run.js';

type Note = (line: string) => void;

/**
 * Puts the archive where Nerves downloads to, and the artifact where Nerves looks first. What fails here is reported and
 * fails no build: the artifact is complete, and in its place.
 */
export async function offerToNerves(
  pkg: Package,
  archive: ArchiveFile,
  host: Pick<Host, 'env' | 'name' | 'now'>,
  note: Note,
): Promise<void> {
  if (!pkg.platform) return; // not a Nerves package
  // its name does not tell configurations apart, so that two would take turns in replacing each other
  if (pkg.configuration === undefined) await offerDownload(pkg, archive, host, note);
  const base = hostArtifactsDir(host.env);
  await replaceStale(pkg, pkg.paths.artifact, base).then(
    (replaced) => replaced && note(`${replaced} was stale for Nerves, and is now a link to the artifact`),
    (error) => note(`warning: Nerves finds a stale artifact in ${base}: ${reason(error)}`),
  );
}

/** Which archives in a download cache take turns: those of a package for a host, of any version. */
export function seriesOf(pkg: Package, env: NodeJS.ProcessEnv): string {
  return `${pkg.package}-${hostTuple(pkg.type, env)}${artifactExtension(pkg)}`;
}

async function offerDownload(
  pkg: Package,
  archive: ArchiveFile,
  { env, name, now }: Pick<Host, 'env' | 'name' | 'now'>,
  note: Note,
): Promise<void> {
  const { dl_dir, dl_keep: keep } = pkg.options;
  const downloads = downloadDir(env, pkg.workspaceRoot, dl_dir);
  const to = { downloads, series: seriesOf(pkg, env), artifact: pkg.paths.artifact, keep };
  const path = join(downloads, archive.file);
  try {
    const { copied, removed, unrecorded } = await copyArchive(archive, to, { host: name, now: now() });
    if (copied === 'made') note(`Copied the archive to the download cache: ${path}`);
    if (copied === 'replaced') note(`Replaced another archive of that name in the download cache: ${path}`);
    if (copied && unrecorded)
      note(`note: it is not recorded as a copy, and stays until you remove it: ${unrecorded}`);
    if (removed.length === 0) return;
    const size = sizeText(removed.reduce((sum, { record }) => sum + record.size, 0));
    const names = removed.map((copy) => copy.archive).join(', ');
    note(`Removed older copies from the download cache (${size}, dl_keep: ${keep}): ${names}`);
  } catch (error) {
    note(`warning: the archive is not in the download cache, where Nerves looks for it: ${reason(error)}`);
  }
}
