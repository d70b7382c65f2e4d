import { posix } from 'node:path';
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
  const found = await openEntry(container, path);
  return typeof found === 'string'
    ? fileOnly(await openEntry(container, posix.resolve(posix.dirname(path), found)))
    : found;
}

function fileOnly(found: ContainerFile | string | undefined): ContainerFile | undefined {
  return typeof found === 'string' ? undefined : found;
}

/** The file at `path`, or the target of the link that is there. */
async function openEntry(
  container: Docker.Container,
  path: string,
): Promise<ContainerFile | string | undefined> {
  try {
    return await firstEntry((await container.getArchive({ path })) as Readable);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

function firstEntry(tar: Readable): Promise<ContainerFile | string | undefined> {
  return new Promise((resolve, reject) => {
    let content: Readable | undefined;
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry: ReadEntry) => {
        if (entry.type === 'SymbolicLink') resolve(entry.linkpath ?? '');
        if (content || entry.type !== 'File') return entry.resume();
        content = Readable.from(entry);
        resolve({ size: entry.size, content });
      },
    });
    const fail = (error: Error) => (content ? content.destroy(error) : reject(error));
    parser.on('error', fail);
    parser.on('end', () => resolve(undefined)); // no effect after an entry was found
    finished(tar, (error) => error && fail(error));
    tar.pipe(parser as unknown as NodeJS.WritableStream);
  });
}
