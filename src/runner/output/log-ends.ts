import { open } from 'node:fs/promises';
import { OWN_LINE } from './handlers/build-log.js';

/** What the first and the last line of a build.log say. */
export interface LogEnds {
  mtime: Date;
  /** ISO 8601; undefined in a log of something else. */
  started?: string;
  /** "success", "failure", "interrupted"; undefined of a build that runs, or was killed. */
  result?: string;
}

/** More than a line of ours has. */
const ENOUGH = 1024;

/** Undefined where there is no log. */
export async function readLogEnds(path: string): Promise<LogEnds | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size, mtime } = await file.stat();
    const read = async (position: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(ENOUGH), 0, ENOUGH, position);
      return buffer.toString('latin1', 0, bytesRead);
    };
    const [first = ''] = (await read(0)).split('\n');
    const last = (await read(Math.max(0, size - ENOUGH))).trimEnd().split('\n').at(-1) ?? '';
    return {
      mtime,
      started: first.startsWith(OWN_LINE) ? /, (\S+Z)$/.exec(first)?.[1] : undefined,
      result: last.startsWith(OWN_LINE)
        ? /^(success|failure|interrupted)\b/.exec(last.slice(OWN_LINE.length))?.[1]
        : undefined,
    };
  } finally {
    await file.close();
  }
}
