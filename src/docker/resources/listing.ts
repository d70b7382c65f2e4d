import type { Resource } from '../../backend/types.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import type { Engine } from '../connection/connect.js';
import { isStatus } from '../connection/errors.js';
import { WITH_ITS_VOLUMES } from '../container/stop.js';
import { labelFilter } from './label-filter.js';
import { listVolumes, removeVolume } from './volumes.js';

/** All containers and volumes with our labels and with `labels`; containers first, as they hold volumes. */
export async function listResources(engine: Engine, labels: Labels): Promise<Resource[]> {
  const filters = { label: [LABEL.created, ...labelFilter(labels).label] };
  const containers = await engine.docker.listContainers({ all: true, filters });
  const volumes = (await listVolumes(engine, labels)).filter((volume) => volume.Labels?.[LABEL.created]);
  return [
    ...containers.map((container) => ({
      kind: 'container' as const,
      name: (container.Names[0] ?? container.Id).replace(/^\//, ''),
      labels: container.Labels,
      state: container.State,
    })),
    ...volumes.map((volume) => ({ kind: 'volume' as const, name: volume.Name, labels: volume.Labels })),
  ];
}

/**
 * Removes one. A container that runs belongs to a living process: it stays, and so does its volume.
 * @throws the engine's error when it is in use
 */
export async function removeResource(engine: Engine, resource: Resource): Promise<void> {
  if (resource.kind === 'volume') return await removeVolume(engine, resource.name);
  if (['running', 'paused', 'restarting'].includes(resource.state ?? ''))
    throw new Error(
      `a build is running in it (pid ${resource.labels[LABEL.pid]} on ${resource.labels[LABEL.host]})`,
    );
  try {
    await engine.docker.getContainer(resource.name).remove(WITH_ITS_VOLUMES);
  } catch (error) {
    if (!isStatus(error, 404, 409)) throw error;
  }
}
