import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digests } from './key.js';

/** Bytes from which on only the newest half of a log is kept. */
const MOST = 64 * 1024;

interface Line {
  /** ms since 1970 */
  at: number;
  digests: Digests;
}

function logFile(dataDirectory: string, projectRoot: string): string {
  const name = createHash('sha256').update(projectRoot).digest('hex').slice(0, 24);
  return join(dataDirectory, 'keys', `${name}.log`);
}

/** Notes which recipes a key was calculated from, for the build that may follow in this run of Nx. */
export async function logKey(dataDirectory: string, projectRoot: string, line: Line): Promise<void> {
  const file = logFile(dataDirectory, projectRoot);
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify(line)}\n`); // in one write: processes may share it
  if ((await stat(file)).size > MOST) await shorten(file);
}

async function shorten(file: string): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, lines.slice(lines.length / 2).join('\n'));
  await rename(temporary, file).finally(() => rm(temporary, { force: true }));
}

/** The recipes that keys were calculated from since a time, one of each calculation: `digest` where it was among them. */
export async function keysSince(
  dataDirectory: string,
  projectRoot: string,
  since: number,
  digest: string,
): Promise<string[]> {
  const text = await readFile(logFile(dataDirectory, projectRoot), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const { at, digests } = parsed(line);
    if (at < since) return [];
    const all = Object.values(digests);
    return all.includes(digest) ? [digest] : all.slice(0, 1);
  });
}

function parsed(line: string): Line {
  try {
    const { at = 0, digests = {} } = JSON.parse(line) as Partial<Line>;
    return { at, digests };
  } catch {
    return { at: 0, digests: {} }; // the end of a line that another process was writing
  }
}
