import { finished, Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { ReadEntry } from 'tar';
import type { BuildContainer, ContainerFile } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { engineLost, isStatus } from '../connection/errors.js';

/** Bytes up to which a script brings a file along: to pack one takes an engine more than 100 ms. */
const SMALL = 65_536;
const NO_FILE = 4;

/** The size of a file, and what is in a small one, or the path of a large one without links. */
const LOOK = `[ -f "$1" ] || exit ${NO_FILE}
set -e
size=$(stat -L -c %s "$1")
printf '%s\\000' "$size"
if [ "$size" -le ${SMALL} ]; then exec cat "$1"; fi
file=$(readlink -f "$1" && echo .)
printf %s "\${file%
.}"`;

/**
 * Opens one regular file of the container for reading, or the one that a link leads to, as `make system` may leave one: a large one
 * by Docker API, ContainerArchive.
 * @returns undefined when there is no such file
 * @throws ArtifactError ENGINE_LOST, also as an error of the content
 */
export async function openFile(
  { container, exec }: { container: Docker.Container; exec: BuildContainer['exec'] },
  path: string,
  signal: AbortSignal,
): Promise<ContainerFile | undefined> {
  const output: Record<1 | 2, Buffer[]> = { 1: [], 2: [] };
  const tried = `read ${path} from the container`;
  const argv = ['sh', '-c', LOOK, 'sh', path];
  const code = await exec({ argv, tried, user: '0', series: 'scripts' }, (chunks) => {
    for (const { source, data } of chunks) output[source].push(data);
  });
  if (code === NO_FILE) return undefined;
  if (code !== 0) throw unreadable(tried, output[2], code);
  const found = Buffer.concat(output[1]);
  const size = Number(found.toString('latin1', 0, found.indexOf(0)));
  const rest = found.subarray(found.indexOf(0) + 1);
  if (size > SMALL) return await openPacked(container, rest.toString(), signal);
  return { size, content: Readable.from([rest], { objectMode: false }), isRead: true };
}

function unreadable(tried: string, output: Buffer[], code: number): ArtifactError {
  const cause =
    Buffer.concat(output).toString().trim() || `a script in the container ended with exit code ${code}`;
  return new ArtifactError('FILE_ACCESS', { tried, cause, hint: 'Is the disk of the engine failing?' });
}

async function openPacked(
  container: Docker.Container,
  path: string,
  signal: AbortSignal,
): Promise<ContainerFile | undefined> {
  try {
    return await firstFile((await container.getArchive({ path, abortSignal: signal })) as Readable, path);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw lost(path, error);
  }
}

/** The engine locks the container until the stream is read or cut: what is no longer wanted is cut. */
async function firstFile(tar: Readable, path: string): Promise<ContainerFile | undefined> {
  const { Parser } = await import('tar');
  return await new Promise((resolve, reject) => {
    let content: Readable | undefined;
    let isFirst = true;
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry: ReadEntry) => {
        if (isFirst && entry.type === 'File') {
          content = Readable.from(entry).once('close', () => tar.destroy());
          content.on('error', () => {}); // may come before anybody reads it; the reader then gets it
          resolve({ size: entry.size, content });
        } else {
          entry.resume();
          if (!content) tar.destroy();
        }
        isFirst = false;
        resolve(undefined); // no effect after a file
      },
    });
    const fail = (error: Error) => {
      if (content) content.destroy(lost(path, error));
      else reject(error);
    };
    parser.on('error', fail);
    parser.on('end', () => resolve(undefined)); // no effect after an entry
    finished(tar, (error) => error && fail(error));
    tar.pipe(parser as unknown as NodeJS.WritableStream);
  });
}

function lost(path: string, cause: unknown): ArtifactError {
  return engineLost(`read ${path} from the container`, cause);
}
