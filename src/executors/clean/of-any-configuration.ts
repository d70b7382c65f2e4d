import { resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import type { BuildTarget } from '../shared/target-lookup.js';

/** What the `artifact_dir` option is in any configuration of the build target, where there is one; absolute. */
export function artifactDirs(context: ExecutorContext, build: BuildTarget | undefined): string[] {
  const dirs = variantsOf(context, build).flatMap((options) => {
    const { artifact_dir } = (options ?? {}) as { artifact_dir?: unknown };
    return typeof artifact_dir === 'string' ? [resolve(context.root, artifact_dir)] : [];
  });
  return [...new Set(dirs)];
}

/**
 * The engines that the build target names in any configuration; undefined for the one that the docker CLI would use. Nx replaces a
 * nested option as a whole, so that a configuration with another `build_runner_config` has its own engine, or none.
 */
export function engines(context: ExecutorContext, build: BuildTarget | undefined): (string | undefined)[] {
  const configs = variantsOf(context, build).map((options) => {
    const { build_runner_config } = (options ?? {}) as { build_runner_config?: { engine?: unknown } };
    return build_runner_config;
  });
  const named = configs.flatMap((config, index) => (config || index === 0 ? [config?.engine] : []));
  const texts = named.map((engine) => (typeof engine === 'string' ? engine : undefined));
  return texts.length > 0 ? [...new Set(texts)] : [undefined];
}

function variantsOf(context: ExecutorContext, build: BuildTarget | undefined): unknown[] {
  if (!build) return [];
  const target = context.projectsConfigurations.projects[build.project]?.targets?.[build.target];
  return [build.options, ...Object.values(target?.configurations ?? {})];
}
