import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { WriteEntry } from 'tar';
import { DL_DIR } from '../../conventions/container-paths.js';
import { countText, sizeText } from '../../options/units.js';
import { tarStream } from '../../util/tar/stream.js';
import { runScript } from '../copy/in-container.js';
import { MEMORY } from '../copy/places.js';
import { bringDownloads, type Traffic } from './bring.js';
import { runCopyMissing } from './copy-missing.js';
import { filesOfEngine, filesOfHost } from './files.js';
import type { DownloadsPlan } from './plan.js';

/** Where files are until each takes its place, in the package's own volume: others use the cache meanwhile. */
const ARRIVING = `${MEMORY}/dl-arriving`;

/**
 * Sends the files of the directory that a package names as `dl_dir` to an engine that does not see it, as far as the engine's
 * download cache has none of their names.
 * @returns brings what is new in that cache to the directory, for a build that has succeeded: it leaves nothing half done
 * @throws ArtifactError FILE_ACCESS
 */
export async function sendDownloads(
  { travels }: DownloadsPlan,
  traffic: Traffic,
): Promise<() => Promise<void>> {
  if (travels === undefined) return async () => {};
  const { container, report } = traffic;
  const known = await filesOfEngine(container);
  const missing = (await filesOfHost(travels)).filter((path) => !known.has(path));
  if (missing.length > 0) {
    const size = missing.reduce((sum, path) => sum + sizeOf(join(travels, path)), 0);
    const text = `Sending ${countText(missing.length, 'file')} of ${travels} to the engine (${sizeText(size)})`;
    report.emit({ type: 'note', text });
    const left = await send(traffic, travels, missing);
    const failed = `${countText(left.length, 'file')} could not be copied there: ${left[0]}`;
    if (left.length > 0) report.emit({ type: 'warning', text: failed });
  }
  return () => bringDownloads(traffic, travels, new Set([...known, ...missing]));
}

/** @returns what could not be copied */
async function send({ container, user }: Traffic, from: string, paths: readonly string[]): Promise<string[]> {
  const tried = 'copy downloads to the engine';
  await runScript(container, tried, `rm -rf ${ARRIVING} && mkdir ${ARRIVING}`);
  const own = ({ stat }: WriteEntry) => {
    if (stat) Object.assign(stat, { uid: user.uid, gid: user.gid, nlink: 1 });
  };
  const names = paths.map((path) => `./${path}`); // a leading "@" would name an archive
  await container.writeTar(tarStream({ cwd: from, noDirRecurse: true, onWriteEntry: own }, names), ARRIVING);
  const { left } = await runCopyMissing(container, { from: ARRIVING, to: DL_DIR, user, tried });
  await runScript(container, tried, `rm -rf ${ARRIVING}`);
  return left;
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
