import { posix } from 'node:path';
import { finished, Readable } from 'node:stream';
import type Docker from 'dockerode';
import { Parser, type ReadEntry } from 'tar';
import type { ContainerFile } from '../../backend/types.js';
import type { ArtifactError } from '../../errors.js';
import { engineLost, isStatus } from '../connection/errors.js';

/**
 * Unpacks a tar stream into a directory of the container (Docker API, PutContainerArchive): works on one that is
 * created or running, with its volumes. Owners are those of the tar's headers.
 */
export async function writeTar(
  container: Docker.Container,
  tar: Readable,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await container.putArchive(tar, { path, abortSignal: signal });
}

/**
 * Opens one regular file of the container for reading (Docker API, ContainerArchive). A symbolic link is followed
 * once, as `make system` may leave one.
 * @returns undefined when there is no such file
 * @throws ArtifactError ENGINE_LOST, also as an error of the content
 */
export async function openFile(
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

/** The engine locks the container until the stream is read or cut: what is no longer wanted is cut. */
function firstEntry(tar: Readable, path: string): Promise<ContainerFile | string | undefined> {
  return new Promise((resolve, reject) => {
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
