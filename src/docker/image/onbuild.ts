import { readFile } from 'node:fs/promises';
import type { DockerfileBuild } from '../../backend/plans.js';
import { ArtifactError } from '../../errors.js';
import { baseImages, usesContext } from '../../sources/context/dockerfile.js';
import type { Engine } from '../connection/connect.js';
import { inspectImage } from './inspect.js';
import { isOfPlatform } from './platform.js';

/**
 * Whether a base image takes something from the context by its ONBUILD instructions, which run as if they stood
 * below FROM. Also when it is not known, as the image is not on the engine or is of another platform.
 */
export async function basesUseContext(engine: Engine, build: DockerfileBuild): Promise<boolean> {
  for (const base of baseImages(await readFile(build.dockerfile, 'utf8'), build.build_args)) {
    const image = base === undefined ? undefined : await inspectBase(engine, base);
    if (!image || (build.platform !== undefined && !isOfPlatform(image, build.platform))) return true;
    if (usesContext((image.Config.OnBuild ?? []).join('\n'))) return true;
  }
  return false;
}

async function inspectBase(engine: Engine, base: string) {
  try {
    return await inspectImage(engine, base);
  } catch (error) {
    if (error instanceof ArtifactError) return undefined; // not a name of an image: the builder says so
    throw error;
  }
}
