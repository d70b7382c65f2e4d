import { posix } from 'node:path';
import { finished, PassThrough, Readable } from 'node:stream';
import type Docker from 'dockerode';
import { create, Parser, type ReadEntry, type TarOptionsWithAliasesAsyncNoFile } from 'tar';
import type { ArtifactError } from '../../errors.js';
import { isStatus } from '../connection/connect.js';
import { engineLost } from '../connection/errors.js';

/** A tar stream of `names`. A file that vanishes meanwhile is an error of the stream, not of the process. */
export function tarStream(options: TarOptionsWithAliasesAsyncNoFile, names: string[]): Readable {
  const stream = new PassThrough();
  const pack = create(options, names);
  pack.on('error', (error) => stream.destroy(error as Error));
  pack.pipe(stream as never);
  return stream;
}

/**
 * Unpacks a tar stream into a directory of the container (Docker API, PutContainerArchive): works on one that is
 * created or running, with its volumes. Owners are those of the tar's headers.
 */
export async function putTar(
  container: Docker.Container,
  tar: Readable,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await container.putArchive(tar, { path, abortSignal: signal });
}

/** A file in a container: its size in bytes and its content, which must be read to the end or destroyed. */
export interface ContainerFile {
  size: number;
  content: Readable;
}

/**
 * Opens one regular file of the container for reading (Docker API, ContainerArchive). A symbolic link is followed
 * once, as `make system` may leave one.
 * @returns undefined when there is no such file
 * @throws ArtifactError ENGINE_LOST, also as an error of the content
 */
export async function getFile(
  container: Docker.Container,
  path: string,
  signal: AbortSignal,
): Promise<ContainerFile | undefined> {
  const found = await openEntry(container, path, signal);
  if (typeof found !== 'string') return found;
  const target = await openEntry(container, posix.resolve(posix.dirname(path), found), signal);
  return typeof target === 'string' ? undefined : target;
}

/** The file at `path`, or the target of the link that is there. */
async function openEntry(
  container: Docker.Container,
  path: string,
  signal: AbortSignal,
): Promise<ContainerFile | string | undefined> {
  try {
    return await firstEntry((await container.getArchive({ path, abortSignal: signal })) as Readable, path);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw lost(path, error);
  }
}

/** The engine locks the container until the stream is read or cut: what is not wanted any more is cut. */
function firstEntry(tar: Readable, path: string): Promise<ContainerFile | string | undefined> {
  return new Promise((resolve, reject) => {
    let content: Readable | undefined;
    let isFirst = true;
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry: ReadEntry) => {
        if (isFirst && entry.type === 'File') {
          content = Readable.from(entry).once('close', () => tar.destroy());
          content.on('error', () => {}); // may come before somebody reads it, who then gets it
          resolve({ size: entry.size, content });
        } else {
          entry.resume();
          if (!content) tar.destroy();
        }
        isFirst = false;
        resolve(entry.type === 'SymbolicLink' ? entry.linkpath : undefined); // no effect after a file
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
