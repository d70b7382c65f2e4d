import { ArtifactError } from '../../errors.js';
import type { Engine } from '../connection/connect.js';
import { engineMessage, isConnectionError } from '../connection/errors.js';
import type { ImageBuild, ImageBuildDeps } from './builder.js';
import { buildKit, findBuildKit, needsBuildKit } from './buildkit.js';
import { classic } from './classic.js';
import { packContext } from './pack-context.js';

/** How many lines of a failed image build its error shows. */
const SHOWN_LINES = 15;

/**
 * Builds an image from a Dockerfile: by the docker CLI where it has BuildKit (the only way for secrets and SSH),
 * else by the engine's classic builder (Docker API, ImageBuild). Both get the same context.
 * @throws ArtifactError IMAGE_BUILD_FAILED with the builder's own last lines
 */
export async function buildImage(engine: Engine, build: ImageBuild, deps: ImageBuildDeps): Promise<void> {
  const last: string[] = [];
  const onLine = (line: string) => {
    last.push(line);
    if (last.length > SHOWN_LINES) last.shift();
    deps.onLine(line);
  };
  try {
    const command = await findBuildKit(build, deps.env);
    if (!command && needsBuildKit(build)) {
      throw new ArtifactError('IMAGE_BUILD_FAILED', {
        tried: `build the image ${build.tag} from ${build.dockerfile}`,
        cause: 'its "secrets" and "ssh" need BuildKit, which the docker CLI here does not have',
        hint: 'Install the buildx plugin of the docker CLI, so that `docker buildx version` works.',
      });
    }
    const context = await packContext(build);
    if (command) return await buildKit(command, build, context, { ...deps, onLine });
    return await classic(engine, build, context, { ...deps, onLine });
  } catch (error) {
    deps.signal.throwIfAborted();
    if (isConnectionError(error) || error instanceof ArtifactError) throw error;
    const cause = engineMessage(error);
    throw new ArtifactError('IMAGE_BUILD_FAILED', {
      tried: `build the image ${build.tag} from ${build.dockerfile}`,
      cause,
      details: last.filter((line) => line.trim() !== cause.trim()),
      hint: 'Fix the Dockerfile; `docker build` shows the same error.',
    });
  }
}
