import type { ExecutorContext } from '@nx/devkit';
import { isObject } from '../../util/is-object.js';

type Projects = ExecutorContext['projectsConfigurations']['projects'];

/** The images that any target of a workspace names, in any configuration, whatever else is wrong with its options. */
export function imageTags(projects: Projects): string[] {
  const targets = Object.values(projects).flatMap(({ targets }) => Object.values(targets ?? {}));
  const variants = targets.flatMap(({ options, configurations }) => [
    options,
    ...Object.values(configurations ?? {}),
  ]);
  return [...new Set(variants.flatMap(tagIn))];
}

function tagIn(options: unknown): string[] {
  const config = isObject(options) ? options.build_runner_config : undefined;
  const docker = isObject(config) ? config.docker : undefined;
  const tag = Array.isArray(docker) ? docker[1] : isObject(docker) ? docker.tag : undefined;
  return typeof tag === 'string' || typeof tag === 'number' ? [String(tag)] : [];
}
