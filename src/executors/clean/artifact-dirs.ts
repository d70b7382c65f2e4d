import { resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import type { BuildTarget } from '../shared/target-lookup.js';

/** What the `artifact_dir` option is in any configuration of the build target, where there is one; absolute. */
export function artifactDirs(context: ExecutorContext, build: BuildTarget | undefined): string[] {
  if (!build) return [];
  const target = context.projectsConfigurations.projects[build.project]?.targets?.[build.target];
  const variants: unknown[] = [build.options, ...Object.values(target?.configurations ?? {})];
  const dirs = variants.flatMap((options) => {
    const { artifact_dir } = (options ?? {}) as { artifact_dir?: unknown };
    return typeof artifact_dir === 'string' ? [resolve(context.root, artifact_dir)] : [];
  });
  return [...new Set(dirs)];
}
