import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, read, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ArtifactError } from '../../errors.js';
import { entryFiles, warnOfWildcardIn } from './entry.js';

interface ChecksumDeps {
  /** Called with one line for each thing that makes the checksum differ from what the list suggests. */
  warn?: (message: string) => void;
}

/** Bytes read at once. A smaller file, as nearly all are, takes one read and one hash. */
const BUFFER_SIZE = 1024 * 1024;
/** Files to read before yielding to the event loop: a millisecond's worth, or 30 ms when all are large. */
const TURN = 32;

const readAsync = promisify(read);

/**
 * The checksum of a package: 64 upper-case hexadecimal digits, equal to Nerves'.
 * It is the SHA-256 of the SHA-256 digests (32 bytes each) of the contents of {@link checksumFiles}; names,
 * modes and times have no part in it. Rule: Nerves.Artifact.checksum/2.
 * @param patterns the `checksum` option: files, directories and wildcards, relative to `packageRoot`.
 * @throws ArtifactError BAD_OPTION for braces that are nested or not closed; FILE_ACCESS for what cannot be read.
 */
export async function checksum(
  packageRoot: string,
  patterns: readonly string[] | null | undefined,
  deps: ChecksumDeps = {},
): Promise<string> {
  return checksumOfFiles(await checksumFiles(packageRoot, patterns, deps));
}

/**
 * The absolute paths of the regular files that are hashed, in their order: that of the list, and within an entry
 * by code point, with the files of a matched directory in its place. A path that comes up again is dropped.
 * Links are followed; an absolute entry counts from the package's root.
 * Rule: Nerves.Artifact.checksum/2 (expand_paths). Errors as in {@link checksum}.
 */
export async function checksumFiles(
  packageRoot: string,
  patterns: readonly string[] | null | undefined,
  { warn = () => {} }: ChecksumDeps = {},
): Promise<string[]> {
  const root = resolve(packageRoot);
  if (!patterns?.length) {
    warn('checksum: the list is empty, so changes to files do not change the artifact: list its sources');
    return [];
  }
  warnOfWildcardIn(root, '', (message) => warn(`checksum: ${message}`));
  const files = new Set<string>();
  for (const entry of patterns) {
    for (const file of await entryFiles(root, entry, warn)) files.add(file);
  }
  return [...files];
}

/**
 * The upper-case hexadecimal SHA-256 of the SHA-256 digests of regular files, in the order given.
 * Memory does not grow with the number or the size of the files.
 * @throws ArtifactError FILE_ACCESS for a file that can't be read.
 */
export async function checksumOfFiles(files: readonly string[]): Promise<string> {
  const buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  const total = createHash('sha256');
  for (const [index, file] of files.entries()) {
    if (index % TURN === TURN - 1) await setImmediate();
    total.update(await digest(file, buffer), 'hex');
  }
  return total.digest('hex').toUpperCase();
}

/** In hex digits, which Node gives in less time than bytes. */
async function digest(file: string, buffer: Buffer): Promise<string> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    // Read in place: small files take a sixth of the time that a promise and a thread for each would take.
    let size = fill(descriptor, buffer);
    if (size < buffer.length) return hash('sha256', buffer.subarray(0, size), 'hex');
    const sum = createHash('sha256');
    while (size > 0) {
      sum.update(buffer.subarray(0, size));
      ({ bytesRead: size } = await readAsync(descriptor, buffer, 0, buffer.length, null));
    }
    return sum.digest('hex');
  } catch (cause) {
    throw new ArtifactError('FILE_ACCESS', {
      tried: `read ${file} for the checksum`,
      cause,
      hint: 'Make it readable, or leave it out of the `checksum` option.',
    });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Reads to the end of the buffer or of the file: a single read may return less. */
function fill(descriptor: number, buffer: Buffer): number {
  let size = 0;
  while (size < buffer.length) {
    const count = readSync(descriptor, buffer, size, buffer.length - size, null);
    if (count === 0) break;
    size += count;
  }
  return size;
}
