import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Labels } from '../../conventions/labels.js';
import type { Engine } from '../connection/connect.js';
import { progress } from '../image/progress.js';

/** Where volume number `index` is mounted. */
const at = (index: number) => `/v/${index}`;

/**
 * When each volume was last written to at its top, by its name; the engine itself does not know. The times come from
 * a container that is never started, of an image with nothing in it (HEAD /containers/{id}/archive).
 * @param labels what container and image carry
 */
export async function lastUses(
  engine: Engine,
  volumes: readonly string[],
  labels: Labels,
): Promise<Map<string, Date>> {
  const image = await emptyImage(engine, labels);
  let container: Docker.Container | undefined;
  try {
    const Mounts = volumes.map((Source, index) => ({
      ...{ Type: 'volume' as const, Source, Target: at(index), ReadOnly: true },
    }));
    container = await engine.docker.createContainer({
      Image: image,
      Cmd: ['never'],
      Labels: labels,
      HostConfig: { Mounts },
    });
    const found = container;
    const times = await Promise.all(volumes.map((_, index) => mtimeOf(found, at(index))));
    return new Map(volumes.flatMap((name, index) => (times[index] ? [[name, times[index]]] : [])));
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

async function mtimeOf(container: Docker.Container, path: string): Promise<Date | undefined> {
  const answer = (await container.infoArchive({ path })) as { headers?: Record<string, string> };
  const stat = answer.headers?.['x-docker-container-path-stat'];
  if (!stat) return undefined;
  const { mtime } = JSON.parse(Buffer.from(stat, 'base64').toString()) as { mtime?: string };
  return mtime === undefined ? undefined : new Date(mtime);
}
