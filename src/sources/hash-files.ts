import { availableParallelism } from 'node:os';
import { shareWork } from '../util/shared-work.js';

/** A file that is to be read: its path, and its size in bytes as far as known. */
export interface Unread {
  path: string | Buffer;
  size: number;
}

/** From here on threads that share the reading are worth their start. */
const MANY = { files: 1_500, bytes: 32 * 1024 * 1024 };
const MOST_THREADS = 4;
/** What is read at once: so many files, or so many bytes and the file with which they are reached. */
const SHARE = { files: 64, bytes: 4 * 1024 * 1024 };

/**
 * The SHA-256 of each file, one after the other; zeros for one that is gone. Threads read at once where there is much to read.
 * @throws the system's error for a file that cannot be read
 */
export async function hashFiles(
  files: readonly Unread[],
  signal: AbortSignal,
): Promise<{ hashes: Buffer; areThere: boolean }> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const isMuch = files.length > MANY.files || bytes > MANY.bytes;
  const threads = isMuch ? Math.min(MOST_THREADS, availableParallelism(), files.length) : 1;
  const isHelping = threads < 2 || files.every(({ size }) => size <= SHARE.bytes); // or nothing else goes on here for seconds
  const paths = files.map(({ path }) => path);
  const starts = startsOfShares(files);
  const work = { run: hashShare, input: { paths, starts }, shares: starts.length };
  const others = isHelping ? threads - 1 : threads;
  const found = await shareWork({ ...work, isHelping, others }, signal);
  return {
    hashes: Buffer.from(found.map(({ hashes }) => hashes).join(''), 'hex'),
    areThere: found.every(({ areThere }) => areThere),
  };
}

/** Some files: 64 hex digits for each, and whether all of them were there. */
interface Hashed {
  hashes: string;
  areThere: boolean;
}

function startsOfShares(files: readonly Unread[]): number[] {
  const starts: number[] = [];
  let bytes = 0;
  for (const [index, { size }] of files.entries()) {
    if (index === 0 || index - (starts.at(-1) ?? 0) >= SHARE.files || bytes >= SHARE.bytes) {
      starts.push(index);
      bytes = 0;
    }
    bytes += size;
  }
  return starts;
}

/** Reads files into one buffer. Self-contained: it also runs in a thread. */
function hashShare(
  { paths, starts }: { paths: readonly (string | Uint8Array)[]; starts: readonly number[] },
  share: number,
): Hashed {
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const { createHash, hash } = process.getBuiltinModule('node:crypto');
  const buffer = Buffer.allocUnsafe(1 << 16);
  const contentHash = (descriptor: number) => {
    let size = 0;
    for (let read = -1; read !== 0 && size < buffer.length; size += read)
      read = readSync(descriptor, buffer, size, buffer.length - size, null);
    if (size < buffer.length) return hash('sha256', buffer.subarray(0, size), 'hex'); // without an object, which takes longer
    const all = createHash('sha256');
    for (; size !== 0; size = readSync(descriptor, buffer, 0, buffer.length, null))
      all.update(buffer.subarray(0, size));
    return all.digest('hex');
  };
  const hashOf = (path: string | Buffer) => {
    let descriptor: number;
    try {
      descriptor = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return contentHash(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  const files = paths.slice(starts[share], starts[share + 1]);
  const hashes = files.map((path) => hashOf(typeof path === 'string' ? path : Buffer.from(path)));
  const none = '0'.repeat(64);
  return { hashes: hashes.map((of) => of ?? none).join(''), areThere: !hashes.includes(undefined) };
}
