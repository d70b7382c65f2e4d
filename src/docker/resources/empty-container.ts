import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Labels } from '../../conventions/labels.js';
import type { Engine } from '../connection/connect.js';
import { progress } from '../image/progress.js';

/**
 * Runs `use` with a container that is never started, of an image with nothing in it: by that the engine answers what is
 * in its mounts (HEAD /containers/{id}/archive).
 * @param labels what container and image carry
 */
export async function withEmptyContainer<T>(
  engine: Engine,
  Mounts: Docker.MountSettings[],
  labels: Labels,
  use: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  const image = await emptyImage(engine, labels);
  let container: Docker.Container | undefined;
  try {
    const HostConfig = { Mounts };
    container = await engine.docker.createContainer({
      Image: image,
      Cmd: ['never'],
      Labels: labels,
      HostConfig,
    });
    return await use(container);
  } finally {
    await container?.remove();
    await engine.docker.getImage(image).remove();
  }
}

/** POST /images/create with an empty tar. */
async function emptyImage({ docker }: Engine, labels: Labels): Promise<string> {
  const changes = Object.entries(labels).map(([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`);
  const query = new URLSearchParams({ fromSrc: '-' });
  for (const change of changes) query.append('changes', change);
  const stream = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
    const options = {
      path: `/images/create?${query}&`,
      method: 'POST',
      file: Readable.from([Buffer.alloc(1024)]),
      isStream: true,
      statusCodes: { 200: true, 500: 'server error' },
    };
    docker.modem.dial(options, (error: unknown, answer: unknown) =>
      error ? reject(error) : resolve(answer as AsyncIterable<Buffer>),
    );
  });
  let id = '';
  for await (const message of progress(stream)) {
    if (message.error) throw new Error(message.error);
    id = message.status ?? id;
  }
  return id;
}

/** What a path in a container is. */
interface PathStat {
  /** Mode bits as Go has them: the last nine are permissions. */
  mode?: number;
  /** RFC 3339, to the nanosecond where the engine's file system has it. */
  mtime?: string;
}

/** @throws the engine's error, that of status 404 where there is nothing */
export async function statOf(container: Docker.Container, path: string): Promise<PathStat> {
  const answer = (await container.infoArchive({ path })) as { headers?: Record<string, string> };
  const stat = answer.headers?.['x-docker-container-path-stat'];
  return stat ? (JSON.parse(Buffer.from(stat, 'base64').toString()) as PathStat) : {};
}
