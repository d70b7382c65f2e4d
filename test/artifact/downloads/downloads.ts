import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveFile } from '../../../src/artifact/archive/archive-file.js';
import { copyArchive } from '../../../src/artifact/downloads/copy-archive.js';
import { storedArchive } from '../../support/archives.js';
import { temporaryDirectory } from '../../support/workspace.js';

export const SERIES = 'alpha-portable.tar.gz';
export const RECORDS = '.nx-docker-artifact';
const MINUTE = 60_000;

/** A download cache, and checkouts whose builds use it, one a minute. */
export async function downloadCache() {
  const home = await temporaryDirectory('home');
  const downloads = join(home, 'dl');
  let minutes = 0;
  const artifactOf = (checkout: string) => join(home, checkout, 'artifact');
  const unpack = async (archive: ArchiveFile, checkout: string) => {
    await mkdir(artifactOf(checkout), { recursive: true });
    await writeFile(join(artifactOf(checkout), '.archive_sha256'), archive.sha256);
  };
  const copy = async (archive: ArchiveFile, checkout: string, more: More = {}) => {
    const { series = SERIES, keep = 3, host = 'here', now = new Date(++minutes * MINUTE) } = more;
    const to = { downloads, series, keep, artifact: artifactOf(checkout) };
    return await copyArchive(archive, to, { host, now });
  };
  return {
    home,
    downloads,
    artifactOf,
    unpack,
    copy,
    path: (archive: ArchiveFile) => join(downloads, archive.file),
    /** A build in a checkout: its artifact is of that archive, and the archive is copied. */
    build: async (archive: ArchiveFile, checkout = 'mine', more: More = {}) => {
      await unpack(archive, checkout);
      return await copy(archive, checkout, more);
    },
    archives: async () => (await readdir(downloads)).filter((name) => name !== RECORDS).sort(),
    records: async () => await readdir(join(downloads, RECORDS)).catch(() => [] as string[]),
    /** Changes the records of an archive as somebody else might. */
    edit: async (archive: ArchiveFile, change: object) => {
      for (const name of await readdir(join(downloads, RECORDS))) {
        const path = join(downloads, RECORDS, name);
        if (!name.startsWith(archive.file)) continue;
        await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
      }
    },
  };
}

interface More {
  series?: string;
  keep?: number | 'all';
  host?: string;
  now?: Date;
}

/** The archive of a version, as a build leaves it. */
export async function archiveOf(version: string, name = `alpha-portable-${version}-0123456.tar.gz`) {
  return await storedArchive(Buffer.from(`archive ${version}`), name);
}

export async function archivesOf(...versions: string[]): Promise<ArchiveFile[]> {
  return await Promise.all(versions.map((version) => archiveOf(version)));
}
