import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ArtifactError, reason } from '../../errors.js';

/** An archive in Nx's output directory. */
export interface ArchiveFile {
  /** `<download_name><ext>` */
  file: string;
  path: string;
  /** 64 lower-case hex digits, from its .sha256. */
  sha256: string;
  /** Bytes. */
  size: number;
}

/** The content of a `.sha256`, in the format of `sha256sum -c`. */
export function sha256Line(sha256: string, file: string): string {
  return `${sha256}  ${file}\n`;
}

const PROVENANCE = '.provenance.json';

/** The name of the file beside an archive that says what it was built from. */
export function provenanceFile(file: string): string {
  return stemOf(file) + PROVENANCE;
}

const TIMING = '.timing.json';

/** The name of the file beside an archive that says how long its packages took. */
export function timingFile(file: string): string {
  return stemOf(file) + TIMING;
}

export const isTimingFile = (name: string): boolean => name.endsWith(TIMING);

/** The error for an archive of another name, the third parameter. */
type StaleError = (tried: string, cause: string, found: string) => ArtifactError | Promise<ArtifactError>;

const RUN_ARCHIVE = 'Run the archive target of this project; `build-artifact` needs it in its dependsOn.';

/**
 * Finds the archive in the output directory, without reading the archive itself.
 * @param expected its file name according to the package's options and files; a `.tar.zst` of that name is accepted
 * @param stale the error for an archive of another name
 * @throws ArtifactError ARCHIVE_MISSING when there is none, ARCHIVE_STALE when there is another
 */
export async function readArchive(
  directory: string,
  expected: string,
  stale: StaleError = (tried, cause) =>
    new ArtifactError('ARCHIVE_STALE', { tried, cause, hint: RUN_ARCHIVE }),
): Promise<ArchiveFile> {
  const tried = `find the archive ${expected} in ${directory}`;
  const archives = await archivesIn(directory);
  const file = archiveNamed(expected, archives);
  if (!file) {
    const [other] = archives;
    if (other)
      throw await stale(
        tried,
        `there is only ${archives.join(', ')}, built from other files or options`,
        other,
      );
    throw new ArtifactError('ARCHIVE_MISSING', { tried, cause: 'there is none', hint: RUN_ARCHIVE });
  }
  const path = join(directory, file);
  try {
    const [text, { size }] = await Promise.all([readFile(`${path}.sha256`, 'utf8'), stat(path)]);
    const sha256 = /^[0-9a-f]{64}\b/.exec(text)?.[0];
    if (!sha256) throw new Error(`${file}.sha256 does not begin with a SHA-256`);
    return { file, path, sha256, size };
  } catch (error) {
    throw bad(path, error);
  }
}

/** The names of the archives in a directory, without what belongs beside them. */
export async function archivesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const isBeside = (name: string) =>
    name.endsWith('.sha256') || name.endsWith(PROVENANCE) || isTimingFile(name);
  return names.filter((name) => !isBeside(name));
}

/** The one of that name, or else one that is compressed in another way. */
export function archiveNamed(expected: string, archives: readonly string[]): string | undefined {
  const stem = stemOf(expected);
  return archives.find((name) => name === expected) ?? archives.find((name) => stemOf(name) === stem);
}

/** The file's name without the extensions an archive can have. */
export function stemOf(file: string): string {
  return file.replace(/\.tar\.(gz|xz|zst)$/, '');
}

/** @throws ArtifactError ARCHIVE_CORRUPT when the file's bytes are not those of its .sha256 */
export async function verifySha256(archive: ArchiveFile): Promise<void> {
  const seen = await sha256Of(archive.path);
  if (seen !== archive.sha256) throw bad(archive.path, `its SHA-256 is ${seen}, not ${archive.sha256}`);
}

/** 64 lower-case hex digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** The error for an archive that is not complete. */
export function bad(path: string, cause: unknown, details: string[] = []): ArtifactError {
  return new ArtifactError('ARCHIVE_CORRUPT', {
    tried: `use the archive ${path}`,
    cause: reason(cause),
    details,
    hint: 'Build it again with --skip-nx-cache; `nx reset --onlyCache` removes one that Nx restores from its cache.',
  });
}
