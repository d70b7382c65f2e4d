import { finished, Readable } from 'node:stream';
import type Docker from 'dockerode';
import { Parser, type ReadEntry } from 'tar';
import { isStatus } from './engine.js';

/**
 * Unpacks a tar stream into a directory of the container (Docker API, PutContainerArchive): works on one that is
 * created or running, with its volumes. Owners are those of the tar's headers.
 */
export async function putTar(
  container: Docker.Container,
  tar: NodeJS.ReadableStream,
  path: string,
): Promise<void> {
  await container.putArchive(tar, { path });
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
 */
export async function getFile(container: Docker.Container, path: string): Promise<ContainerFile | undefined> {
  let tar: NodeJS.ReadableStream;
  try {
    tar = await container.getArchive({ path: await followLink(container, path) });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
  return await firstFile(tar as Readable);
}

/** The engine's stat of a path comes base64-coded in a header (Docker API, ContainerArchiveInfo). */
async function followLink(container: Docker.Container, path: string): Promise<string> {
  const response = (await container.infoArchive({ path })) as { headers?: Record<string, string> };
  const header = response.headers?.['x-docker-container-path-stat'];
  if (!header) return path;
  const stat = JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as { linkTarget?: string };
  return stat.linkTarget || path;
}

function firstFile(tar: Readable): Promise<ContainerFile | undefined> {
  return new Promise((resolve, reject) => {
    let content: Readable | undefined;
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry: ReadEntry) => {
        if (content || entry.type !== 'File') return entry.resume();
        content = Readable.from(entry);
        resolve({ size: entry.size, content });
      },
    });
    const fail = (error: Error) => (content ? content.destroy(error) : reject(error));
    parser.on('error', fail);
    parser.on('end', () => resolve(undefined)); // no effect after a file was found
    finished(tar, (error) => error && fail(error));
    tar.pipe(parser as unknown as NodeJS.WritableStream);
  });
}
