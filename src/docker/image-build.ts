import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArtifactError } from '../errors.js';
import type { BuildSource } from './build-context.js';
import { type Engine, engineMessage } from './engine.js';
import { isConnectionError } from './engine-lost.js';
import { buildx, hasBuildx } from './image-build-buildx.js';
import { classic } from './image-build-classic.js';
import { packContext } from './image-context.js';
import type { Labels } from './labels.js';

/** How many lines of a failed image build its error shows. */
const SHOWN_LINES = 15;

export interface ImageBuild extends BuildSource {
  tag: string;
  labels: Labels;
  /** Look for newer base images. */
  pull: boolean;
  secrets?: string[];
  ssh?: string[];
}

export interface ImageBuildDeps {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onLine: (line: string) => void;
}

/**
 * Builds an image from a Dockerfile: by `docker buildx build` where the CLI has it (BuildKit; the only way for
 * secrets and SSH), else by the engine's classic builder (Docker API, ImageBuild). Both get the same context.
 * @throws ArtifactError IMAGE_BUILD_FAILED with the builder's own last lines
 */
export async function buildImage(engine: Engine, build: ImageBuild, deps: ImageBuildDeps): Promise<void> {
  const last: string[] = [];
  const onLine = (line: string) => {
    last.push(line);
    if (last.length > SHOWN_LINES) last.shift();
    deps.onLine(line);
  };
  const staging = await mkdtemp(join(tmpdir(), 'nx-docker-artifact-'));
  try {
    const context = await packContext(build, staging);
    if (await hasBuildx(deps.env)) return await buildx(build, context, { ...deps, onLine });
    if (build.secrets?.length || build.ssh?.length) {
      throw new Error('secrets and ssh need BuildKit, and the docker CLI has no buildx plugin');
    }
    return await classic(engine, build, context, { ...deps, onLine });
  } catch (error) {
    deps.signal.throwIfAborted();
    if (isConnectionError(error)) throw error;
    const cause = engineMessage(error);
    throw new ArtifactError('IMAGE_BUILD_FAILED', {
      tried: `build the image ${build.tag} from ${build.dockerfile}`,
      cause,
      details: last.filter((line) => line.trim() !== cause.trim()),
      hint: 'Mend the Dockerfile; `docker build` shows the same error.',
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
