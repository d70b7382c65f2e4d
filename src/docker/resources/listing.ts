import type { Resource } from '../../backend/types.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import type { Engine } from '../connection/connect.js';
import { isGone, isStatus } from '../connection/errors.js';
import { WITH_ITS_VOLUMES } from '../container/stop.js';
import { listImages, removeImage } from './images.js';
import { labelFilter } from './label-filter.js';
import { listVolumes, removeVolume } from './volumes.js';

/** All containers, images and volumes with our labels and with `labels`; containers first, as they hold the others. */
export async function listResources(engine: Engine, labels: Labels): Promise<Resource[]> {
  const filters = { label: [LABEL.created, ...labelFilter(labels).label] };
  const containers = (await engine.docker.listContainers({ all: true, filters })).filter(isMadeByUs);
  const images = await listImages(engine, labels);
  const volumes = (await listVolumes(engine, labels)).filter((volume) => volume.Labels?.[LABEL.created]);
  return [
    ...containers.map((container) => ({
      kind: 'container' as const,
      name: (container.Names[0] ?? container.Id).replace(/^\//, ''),
      labels: container.Labels,
      state: container.State,
    })),
    ...images,
    ...volumes.map((volume) => ({ kind: 'volume' as const, name: volume.Name, labels: volume.Labels })),
  ];
}

/** A container has the labels of its image, too: one that a user has made of an image of ours is not ours. */
function isMadeByUs({ Labels }: { Labels: Labels }): boolean {
  return Labels[LABEL.pid] !== undefined || Labels[LABEL.role] === 'listing';
}

/**
 * Removes one. A container that runs belongs to a living process: it stays, and so does its volume.
 * @returns why an image stays
 * @throws the engine's error when it is in use
 */
export async function removeResource(engine: Engine, resource: Resource): Promise<string | undefined> {
  if (resource.kind === 'image') return await removeImage(engine, resource.name);
  if (resource.kind === 'volume') await removeVolume(engine, resource.name);
  else await removeContainer(engine, resource);
  return undefined;
}

async function removeContainer(engine: Engine, resource: Resource): Promise<void> {
  if (['running', 'paused', 'restarting'].includes(resource.state ?? ''))
    throw new Error(
      `a build is running in it (pid ${resource.labels[LABEL.pid]} on ${resource.labels[LABEL.host]})`,
    );
  try {
    await engine.docker.getContainer(resource.name).remove(WITH_ITS_VOLUMES);
  } catch (error) {
    if (!isGone(error) && !isStatus(error, 409)) throw error;
  }
}
