import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Package, Platform } from '../../artifact/package.js';
import type { ImageSpec } from '../../docker/image/ensure.js';
import { ArtifactError } from '../../errors.js';

/** The platform version from which on Nerves' images are of the second generation. */
const SECOND_GENERATION = [1, 28] as const;

/**
 * The image that a package is built in: its `build_runner_config.docker`, else that of its platform
 * (Nerves.Artifact.BuildRunners.Docker and the docker image of nerves_system_br's releases).
 * @throws ArtifactError IMAGE_BUILD_FAILED when the Dockerfile is missing
 */
export async function imageSpec(pkg: Package): Promise<ImageSpec> {
  const option = pkg.options.build_runner_config.docker;
  if (!option) return { tag: platformImage(pkg.platform), pull: 'missing' };
  const config = Array.isArray(option) ? { dockerfile: option[0], tag: option[1] } : option;
  const { dockerfile, context, tag, pull = 'missing', platform, target, build_args, secrets, ssh } = config;
  if (!dockerfile) return { tag, pull, platform };
  const path = resolve(pkg.root, dockerfile);
  await stat(path).catch((cause) => {
    throw new ArtifactError('IMAGE_BUILD_FAILED', {
      tried: `build the image ${tag} of ${pkg.project}`,
      cause,
      hint: 'Correct "build_runner_config.docker": the Dockerfile is named relative to the package.',
    });
  });
  const source = {
    dockerfile: path,
    context: context ? resolve(pkg.root, context) : dirname(path),
    contextGiven: context !== undefined,
  };
  return {
    tag,
    pull,
    platform,
    build: { ...source, target, build_args, platform, secrets, ssh, cwd: pkg.root },
  };
}

export function platformImage(platform: Platform | undefined): string {
  if (!platform) return 'nervesproject/nerves_system_br:latest';
  const registry = isSecondGeneration(platform) ? 'ghcr.io/nerves-project' : 'nervesproject';
  return `${registry}/${platform.name}:${platform.version}`;
}

/** The build directory in the container: an option, else where the platform's image has it. */
export function workdirOf(pkg: Package): string {
  const fallback =
    pkg.platform && isSecondGeneration(pkg.platform) ? '/home/nerves/project' : '/nerves/build';
  return pkg.options.build_runner_config.workdir ?? fallback;
}

function isSecondGeneration({ name, version }: Platform): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [needMajor, needMinor] = SECOND_GENERATION;
  return name === 'nerves_system_br' && (major > needMajor || (major === needMajor && minor >= needMinor));
}
