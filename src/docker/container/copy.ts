import type { Readable } from 'node:stream';
import type Docker from 'dockerode';

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
