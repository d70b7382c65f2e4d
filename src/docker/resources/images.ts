import type Docker from 'dockerode';
import type { Resource } from '../../backend/types.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import type { Engine } from '../connection/connect.js';
import { engineMessage, isStatus } from '../connection/errors.js';
import { labelFilter } from './label-filter.js';

/** What an engine calls an image that has lost its tag. */
const NO_NAME = '<none>:<none>';

/** The images that were built from a Dockerfile with our labels and with `labels`, newest first: what is built on one comes before it. */
export async function listImages(engine: Engine, labels: Labels): Promise<Resource[]> {
  const filters = { label: [LABEL.image, LABEL.created, ...labelFilter(labels).label] };
  const images = await allImages(engine, { filters: JSON.stringify(filters) });
  return images
    .sort((one, other) => other.Created - one.Created)
    .map(({ Id, RepoTags, Labels, Size }) => ({
      ...{ kind: 'image' as const, name: Id, labels: Labels ?? {}, size: Size },
      tags: (RepoTags ?? []).filter((tag) => tag !== NO_NAME),
    }));
}

/** How often images are listed of which one is removed meanwhile, whoever's that is. */
const MOST_TRIES = 5;

/** Podman looks at one image after the other, and fails with 500 where one is gone by then. */
async function allImages({ docker }: Engine, options: object): Promise<Docker.ImageInfo[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await docker.listImages(options);
    } catch (error) {
      const isGone = isStatus(error, 500) && /image not known/.test(engineMessage(error));
      if (!isGone || tries === MOST_TRIES) throw error;
    }
  }
}

/**
 * Removes an image by its id, never by force: what a container uses, what another image is built on, or what has got a
 * second name stays.
 * @returns why it stays
 */
export async function removeImage(engine: Engine, id: string): Promise<string | undefined> {
  try {
    await engine.docker.getImage(id).remove();
    return undefined;
  } catch (error) {
    if (isStatus(error, 409)) return engineMessage(error);
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}
