import { basename } from 'node:path';
import { ArtifactError, systemCode } from '../../errors.js';
import { type ContextListing, listContext } from '../../sources/context/files.js';
import type { Engine } from '../connection/connect.js';
import { engineMessage, isConnectionError } from '../connection/errors.js';
import type { ImageBuild, ImageBuildDeps } from './builder.js';
import { buildKit, findBuildKit, needsBuildKit } from './buildkit.js';
import { classic } from './classic.js';
import { withLocalContext } from './context/local-context.js';
import { packContext } from './context/pack-context.js';

/** How many lines of a failed image build its error shows. */
const SHOWN_LINES = 15;

/**
 * Builds an image from a Dockerfile: by the docker CLI where it has BuildKit (the only way for secrets and SSH),
 * else by the engine's classic builder (Docker API, ImageBuild).
 * @returns whether the builder has shown that nothing was taken from the context
 * @throws ArtifactError IMAGE_BUILD_FAILED with the builder's own last lines
 */
export async function buildImage(engine: Engine, build: ImageBuild, deps: ImageBuildDeps): Promise<boolean> {
  const last: string[] = [];
  const onLine = (line: string) => {
    last.push(line);
    if (last.length > SHOWN_LINES) last.shift();
    deps.onLine(line);
  };
  let hint = 'Check that the Dockerfile and its context are there and can be read.';
  try {
    // without one in the engine buildx would start another, of an image from a public registry
    const command = engine.isPodman ? undefined : await findBuildKit(build, deps.env);
    if (!command && needsBuildKit(build)) throw noBuildKit(build, engine);
    const listing = await listContext(build);
    hint = hintFor(listing, build, command !== undefined);
    if (!command) {
      await classic(engine, build, await packContext(build, listing), { ...deps, onLine });
      return false;
    }
    return await withLocalContext(build, listing, (local) =>
      buildKit(command, build, local, { ...deps, onLine }),
    );
  } catch (error) {
    deps.signal.throwIfAborted();
    if (isConnectionError(error) || error instanceof ArtifactError) throw error;
    const cause = engineMessage(error);
    const details = last.filter((line) => line.trim() !== cause.trim());
    if (systemCode(error))
      hint = 'Check that all files of the context can be read, and stay while it is sent.';
    throw new ArtifactError('IMAGE_BUILD_FAILED', { tried: tried(build), cause, details, hint });
  }
}

const tried = ({ tag, dockerfile }: ImageBuild) => `build the image ${tag} from ${dockerfile}`;

function noBuildKit(build: ImageBuild, { isPodman }: Engine): ArtifactError {
  const [who, hint] = isPodman
    ? ['Podman', 'Build it by `podman build`, and set "docker" to its tag alone; or use a Docker engine.']
    : ['the docker CLI here', 'Install its buildx plugin, so that `docker buildx version` works.'];
  const cause = `its "secrets" and "ssh" need BuildKit, which ${who} does not have`;
  return new ArtifactError('IMAGE_BUILD_FAILED', { tried: tried(build), cause, hint });
}

/** A user who tries it with `docker build` must not be misled by an error that is not there. */
function hintFor({ leftOut, rules }: ContextListing, build: ImageBuild, byBuildKit: boolean): string {
  const [first, ...more] = leftOut;
  if (first !== undefined) {
    const others = more.length > 0 ? ` (and ${more.length} more)` : '';
    return `Fix the Dockerfile; \`docker build\` also sends ${first}${others}, which this does not.`;
  }
  const special = `${build.dockerfile}.dockerignore`;
  if (rules.path === special && !byBuildKit) {
    return `Fix the Dockerfile; a \`docker build\` without BuildKit does not read ${basename(special)}.`;
  }
  return 'Fix the Dockerfile; `docker build` shows the same error.';
}
