import { dirname, resolve } from 'node:path';
import type { Package } from '../../artifact/package.js';
import type { ImagePlan } from '../../backend/plans.js';
import { platformImage, platformWorkdir } from '../../conventions/platform-image.js';

/**
 * The image that a package is built in: its `build_runner_config.docker`, else that of its platform
 * (Nerves.Artifact.BuildRunners.Docker and the docker image of nerves_system_br's releases).
 */
export function imagePlan(pkg: Package): ImagePlan {
  const option = pkg.options.build_runner_config.docker;
  if (!option) return { tag: platformImage(pkg.platform), pull: 'missing' };
  const config = Array.isArray(option) ? { dockerfile: option[0], tag: option[1] } : option;
  const { dockerfile, context, tag, pull = 'missing', platform, target, build_args, secrets, ssh } = config;
  if (!dockerfile) return { tag, pull, platform };
  const path = resolve(pkg.root, dockerfile);
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

/** The build directory in the container: an option, else where the platform's image has it. */
export function workdirOf(pkg: Package): string {
  return pkg.options.build_runner_config.workdir ?? platformWorkdir(pkg.platform);
}
