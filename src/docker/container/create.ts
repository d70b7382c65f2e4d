import type Docker from 'dockerode';
import { debug } from '../../util/debug.js';
import type { Engine } from '../connection/connect.js';
import { isStatus } from '../connection/errors.js';
import type { CreateOptions } from './create-options.js';
import { removeContainer } from './stop.js';

/**
 * Creates a container by the name of its image, for people, and by its id where the name leads to another image than
 * the one that was checked, or to none: it may have been given away in the meantime.
 * @throws the engine's error; see isNameTaken
 */
export async function createContainer(
  engine: Engine,
  options: CreateOptions,
  abortSignal: AbortSignal,
): Promise<Docker.Container> {
  const { body, imageId } = options;
  const named = await create(engine, options, abortSignal).catch((error: unknown) => {
    if (!isStatus(error, 404)) throw error;
  });
  let isRight = false;
  try {
    isRight = named !== undefined && (await named.inspect({ abortSignal })).Image === imageId;
  } finally {
    if (!isRight && named) await removeContainer(named);
  }
  if (named && isRight) return named;
  debug('create: %s is not the image %s any more', body.Image, imageId);
  return await create(engine, { ...options, body: { ...body, Image: imageId } }, abortSignal);
}

async function create(
  engine: Engine,
  { query, body }: CreateOptions,
  abortSignal: AbortSignal,
): Promise<Docker.Container> {
  // apart, or dockerode also puts all of it, the environment too, into the URL
  const apart = { _query: query, _body: body, abortSignal };
  return await engine.docker.createContainer(apart as Docker.ContainerCreateOptions);
}
