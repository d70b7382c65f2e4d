import { NEXT_STEP } from '../../conventions/hints.js';
import { parseReference } from '../../conventions/image-reference.js';
import { ArtifactError } from '../../errors.js';
import type { Engine } from '../connection/connect.js';
import { engineMessage, isConnectionError } from '../connection/errors.js';
import type { ImageBuildDeps } from './builder.js';
import { progress } from './progress.js';
import { registryAuth } from './registry-auth.js';

/** POST /images/create; its errors come as a line of the stream, after a status of 200. */
export async function pullImage(
  engine: Engine,
  spec: { tag: string; platform?: string },
  deps: ImageBuildDeps,
): Promise<void> {
  try {
    const auth = await registryAuth(spec.tag, deps.env);
    // without a tag "latest", as an empty one would pull them all
    const { name, tag = 'latest', digest } = parseReference(spec.tag);
    const options = {
      fromImage: name,
      tag: digest ?? tag,
      platform: spec.platform,
      abortSignal: deps.signal,
    };
    const stream = (await engine.docker.createImage(auth ?? {}, options)) as unknown as AsyncIterable<Buffer>;
    for await (const message of progress(stream)) {
      if (message.error) throw new Error(message.errorDetail?.message ?? message.error);
      if (message.status && !message.progressDetail?.total) {
        deps.onLine(message.id ? `${message.id}: ${message.status}` : message.status);
      }
    }
  } catch (error) {
    deps.signal.throwIfAborted();
    if (isConnectionError(error)) throw error;
    throw imageMissing(spec.tag, `it is not on the engine, and pulling it failed: ${engineMessage(error)}`);
  }
}

/** The error for an image that does not exist and cannot be obtained. */
export function imageMissing(tag: string, cause: string): ArtifactError {
  return new ArtifactError('IMAGE_MISSING', {
    tried: `get the image ${tag}`,
    cause,
    hint: NEXT_STEP.IMAGE_MISSING,
  });
}
