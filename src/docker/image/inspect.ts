import type Docker from 'dockerode';
import { engineReference } from '../../conventions/image-reference.js';
import type { Engine } from '../connection/connect.js';
import { engineMessage, isStatus } from '../connection/errors.js';
import { imageMissing } from './pull.js';

export type ImageInfo = Docker.ImageInspectInfo;

/**
 * The image of that name on the engine.
 * @throws ArtifactError IMAGE_MISSING when that is not a name of an image
 */
export async function inspectImage(engine: Engine, tag: string): Promise<ImageInfo | undefined> {
  // dockerode puts it into the URL as it is
  if (!/^[a-z0-9][\w./:@-]*$/i.test(tag)) throw imageMissing(tag, 'that is not a name of an image');
  try {
    return await engine.docker.getImage(engineReference(tag)).inspect();
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw isStatus(error, 400) ? imageMissing(tag, engineMessage(error)) : error;
  }
}
