import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { inThread } from '../util/thread.js';

/** A file that is to be read: its path, and its size in bytes as far as known. */
export interface Unread {
  path: string | Buffer;
  size: number;
}

/** From here on threads that share the reading are worth their start, which takes about 40 ms. */
const MANY = { files: 1_500, bytes: 32 * 1024 * 1024 };
const MOST_THREADS = 4;
/** Files to read before yielding to the event loop. */
const TURN = 64;

/**
 * The SHA-256 of each file, as 64 lower-case hex digits in their order; undefined for one that is gone. Threads read at
 * once where there is much to read.
 * @throws the system's error for a file that cannot be read
 */
export async function hashFiles(
  files: readonly Unread[],
  signal: AbortSignal,
): Promise<(string | undefined)[]> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const threads = Math.min(MOST_THREADS, availableParallelism(), files.length);
  const isMuch = files.length > MANY.files || bytes > MANY.bytes;
  if (!isMuch || threads < 2) return await inTurns(files, signal);
  const paths = files.map(({ path }) => path);
  const shares = Array.from({ length: threads }, (_, share) =>
    paths.filter((_, index) => index % threads === share),
  );
  const hashes = await Promise.all(shares.map((share) => inThread(hashAll, share, signal)));
  return files.map((_, index) => hashes[index % threads]?.[Math.floor(index / threads)]);
}

async function inTurns(files: readonly Unread[], signal: AbortSignal): Promise<(string | undefined)[]> {
  const hashes: (string | undefined)[] = [];
  for (let at = 0; at < files.length; at += TURN) {
    if (at > 0) await setImmediate();
    signal.throwIfAborted();
    hashes.push(...hashAll(files.slice(at, at + TURN).map(({ path }) => path)));
  }
  return hashes;
}

/** Reads files into one buffer, each with as few calls as it needs. Self-contained: it also runs in a thread. */
function hashAll(paths: readonly (string | Uint8Array)[]): (string | undefined)[] {
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const buffer = Buffer.allocUnsafe(1 << 20);
  const hashOf = (path: string | Buffer) => {
    let descriptor: number;
    try {
      descriptor = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const hash = createHash('sha256');
      for (let size = -1; size !== 0; ) {
        size = readSync(descriptor, buffer, 0, buffer.length, null);
        hash.update(buffer.subarray(0, size));
      }
      return hash.digest('hex');
    } finally {
      closeSync(descriptor);
    }
  };
  return paths.map((path) => hashOf(typeof path === 'string' ? path : Buffer.from(path)));
}
