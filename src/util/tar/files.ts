import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { paddedSize, TAR_END, type TarHeader, tarHeader } from './entry.js';

/** An entry of a directory that is packed: `from` is where it lies. */
export interface TarSource extends Omit<TarHeader, 'size'> {
  from: string | Buffer;
}

/** Bytes that are put together before they are passed on: a multiple of a block, and more than any header. */
const CHUNK = 256 * 1024;
/** What is a link, or a FIFO, by now must not be followed, or waited for. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of a tar archive. Files are read in place: each takes a tenth of the time that promises and a thread for it
 * would take. The event loop has its turn with each chunk.
 * @throws the system's error for a file that cannot be read, or that became something else, or shorter, meanwhile
 */
export async function* tarOf(sources: Iterable<TarSource>): AsyncGenerator<Buffer> {
  let chunk = Buffer.allocUnsafe(CHUNK);
  let used = 0;
  async function* flush() {
    if (used > 0) yield chunk.subarray(0, used);
    chunk = Buffer.allocUnsafe(CHUNK);
    used = 0;
    await setImmediate();
  }
  for (const source of sources) {
    const descriptor = source.kind === 'file' ? openSync(source.from, FLAGS) : undefined;
    try {
      const size = descriptor === undefined ? 0 : sizeOf(descriptor, source);
      const header = tarHeader({ ...source, size });
      if (used + header.length > CHUNK) yield* flush();
      used += header.copy(chunk, used);
      for (let left = size; descriptor !== undefined && left > 0; ) {
        if (used === CHUNK) yield* flush();
        const read = readSync(descriptor, chunk, used, Math.min(left, CHUNK - used), null);
        if (read === 0) throw new Error(`${source.from} became shorter while it was copied`);
        used += read;
        left -= read;
      }
      const end = used + paddedSize(size) - size;
      chunk.fill(0, used, end);
      used = end;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }
  yield* flush();
  yield TAR_END;
}

function sizeOf(descriptor: number, { from }: TarSource): number {
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) throw new Error(`${from} became something else than a file while it was copied`);
  return stat.size;
}
