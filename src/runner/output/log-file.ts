import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import type { OutputChunk } from '../../backend/types.js';
import { systemCode } from '../../errors.js';
import { fileError } from '../../util/files/file-error.js';

/** A log on the disk. */
export interface LogFile {
  path: string;
  /** Holds the caller back while the disk is slower than the build. */
  write(chunks: readonly Pick<OutputChunk, 'data'>[]): Promise<void> | void;
  /** Waits until all of it is written. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a new log; the previous one becomes `previous`. */
export async function openLogFile(path: string, previous: string): Promise<LogFile> {
  await rename(path, previous).catch((error) => {
    if (systemCode(error) !== 'ENOENT') throw failed(path, error);
  });
  const stream = createWriteStream(path, { highWaterMark: 1 << 20 });
  let broken: unknown;
  stream.on('error', (error) => {
    broken = error;
  });
  await once(stream, 'open').catch((error) => {
    throw failed(path, error);
  });
  return {
    path,
    write(chunks) {
      if (broken) throw failed(path, broken);
      const [only] = chunks;
      const data = chunks.length === 1 && only ? only.data : Buffer.concat(chunks.map((chunk) => chunk.data));
      return stream.write(data) ? undefined : drained(stream, path);
    },
    async flush() {
      if (broken) throw failed(path, broken);
      await new Promise<void>((resolve, reject) => {
        stream.write('', (error) => (error ? reject(failed(path, error)) : resolve()));
      });
    },
    async close() {
      if (broken) throw failed(path, broken); // also when nothing was written after it broke
      await closed(stream, path);
    },
  };
}

async function drained(stream: WriteStream, path: string): Promise<void> {
  await once(stream, 'drain').catch((error) => {
    throw failed(path, error);
  });
}

async function closed(stream: WriteStream, path: string): Promise<void> {
  if (stream.closed) return;
  const over = once(stream, 'close');
  stream.end();
  await over.catch((error) => {
    throw failed(path, error);
  });
}

function failed(path: string, error: unknown): unknown {
  return fileError(error, `write ${path}`);
}
