import type { DockerfileBuild, ImagePlan } from '../../backend/plans.js';
import type { ImageRequest } from '../../backend/types.js';
import { LABEL } from '../../conventions/labels.js';
import { contentHash } from '../../sources/context/content-hash.js';
import { contextCounts, contextFiles } from '../../sources/context/files.js';
import type { Engine } from '../connection/connect.js';
import type { ImageBuildDeps } from './builder.js';
import { basesUseContext } from './onbuild.js';

export type ImageDeps = ImageRequest & Pick<ImageBuildDeps, 'env' | 'signal'>;

/** With a Dockerfile only the image with that content is the right one of its tag. */
export interface Wanted extends ImagePlan {
  hash?: string;
  /** Of the image whose base image takes from the context what the Dockerfile does not; see {@link buildWanted}. */
  hashWithContext?: () => Promise<string>;
}

/** The image that is wanted now, by the files as they are. */
export async function wantedOf(spec: ImagePlan): Promise<Wanted> {
  const { build } = spec;
  if (!build) return spec;
  const hash = await hashOf(build);
  if (await contextCounts(build)) return { ...spec, hash };
  let withContext: Promise<string> | undefined;
  const hashWithContext = () => {
    withContext ??= hashOf({ ...build, contextGiven: true });
    return withContext;
  };
  return { ...spec, hash, hashWithContext };
}

async function hashOf(build: DockerfileBuild): Promise<string> {
  return await contentHash(build, await contextFiles(build));
}

/**
 * Builds, and labels the image by the content that counted. A Dockerfile that takes nothing from the context gets all
 * of it unless it is certain that no ONBUILD of a base image does. When that turns out afterwards, as the base image
 * is there now or as BuildKit has not asked for the context, the same image gets the other label, out of the
 * builder's cache: else every edit of a source file would build it again.
 */
export async function buildWanted(
  engine: Engine,
  build: DockerfileBuild,
  wanted: Wanted,
  deps: ImageDeps,
): Promise<void> {
  const { buildImage } = await import('./build.js'); // most images are there
  const { tag, hash = '', hashWithContext } = wanted;
  const pull = wanted.pull === 'always';
  const make = async (source: DockerfileBuild, label: string, onLine = deps.onLine) => {
    const labels = { ...deps.labels, [LABEL.image]: label, [LABEL.tag]: tag };
    return await buildImage(engine, { ...source, tag, labels, pull }, { ...deps, onLine });
  };
  // a newer base image may have ONBUILD instructions that the present one has not
  const uncertain = hashWithContext && (pull || (await basesUseContext(engine, build)));
  if (!uncertain) return void (await make(build, hash));
  const unused = await make({ ...build, contextGiven: true }, await hashWithContext());
  if (!pull && (unused || !(await basesUseContext(engine, build)))) await make(build, hash, () => {});
}
