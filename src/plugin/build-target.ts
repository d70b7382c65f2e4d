import type { TargetConfiguration } from '@nx/devkit';
import { EXECUTORS } from '../conventions/plugin-names.js';
import { isObject } from '../util/is-object.js';
import { executorOf } from './merge-targets.js';
import type { MatchedProject } from './project-pattern.js';
import { withDefaults } from './target-defaults.js';

/** A project's target on our executor. */
export interface Build {
  name: string;
  /** As it stands in the project's own file. */
  own: TargetConfiguration;
  /** With what nx.json has for it. */
  target: TargetConfiguration;
}

/**
 * The first target of a project that Nx runs with our executor, by what project.json and nx.json say.
 * @param targetDefaults as it stands in nx.json
 */
export function findBuild(
  project: MatchedProject & { targets?: unknown },
  targetDefaults: unknown,
): Build | undefined {
  for (const [name, own] of Object.entries(isObject(project.targets) ? project.targets : {})) {
    if (!isObject(own)) continue;
    const target = withDefaults(own, name, project, targetDefaults);
    if (executorOf(target) === EXECUTORS.build) return { name, own, target };
  }
  return undefined;
}
