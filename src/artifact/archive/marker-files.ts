import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DOCKER_ID, UNPACKED_FROM } from '../../conventions/own-outputs.js';
import { writeDurable } from '../../util/files/durable.js';
import type { ArchiveFile } from './archive-file.js';

export { DOCKER_ID, UNPACKED_FROM };

/** Nerves' marker: an artifact with the calculated checksum in it is not stale. */
export const CHECKSUM = 'CHECKSUM';

/** Whether the directory is what `archive` unpacks to: two small files are read, nothing else. */
export async function isUnpacked(
  directory: string,
  archive: ArchiveFile,
  checksum: string,
): Promise<boolean> {
  const [from, sum] = await Promise.all([
    readMarker(directory, UNPACKED_FROM),
    readMarker(directory, CHECKSUM),
  ]);
  return from === archive.sha256 && sum === checksum;
}

/** The content of marker files by their names; undefined where there must be none. */
export type Markers = Record<string, string | undefined>;

/** An archive may hold links of these names: they are removed first, never written through. */
export async function writeMarkers(directory: string, markers: Markers): Promise<void> {
  for (const [name, text] of Object.entries(markers)) {
    await rm(join(directory, name), { recursive: true, force: true });
    if (text !== undefined) await writeDurable(join(directory, name), text);
  }
}

/** The content of a marker file, or undefined where there is none. */
export async function readMarker(directory: string, name: string): Promise<string | undefined> {
  return await readFile(join(directory, name), 'utf8').catch(() => undefined);
}
