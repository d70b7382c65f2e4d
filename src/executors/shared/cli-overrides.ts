import type { ExecutorContext } from '@nx/devkit';
import { ArtifactError } from '../../errors.js';
import { buildOptions } from '../../options/schema.js';

/** Options of a run: they do not affect the archive. */
const OF_THE_RUN = ['verbose', 'wait', 'path', 'fresh'];

/**
 * What the command line says for a target of this run (Nx: Task.overrides). Nx gives it to that target's task alone
 * and to none that it depends on; the task graph, which every task gets, shows it to all.
 */
export function overridesOf(
  { taskGraph }: Pick<ExecutorContext, 'taskGraph'>,
  project: string,
  target: string | undefined,
): Record<string, unknown> {
  const tasks = Object.values(taskGraph?.tasks ?? {});
  const task = tasks.find(({ target: of }) => of.project === project && of.target === target);
  return task?.overrides ?? {};
}

/**
 * Refuses options on the command line of a build target whose archive is made by a target of its own: that one
 * builds, and is cached, by the options of project.json.
 * @throws ArtifactError BAD_OPTION
 */
export function refuseOverrides(overrides: Record<string, unknown>, name: string): void {
  const known = Object.keys(buildOptions.shape).filter((key) => !OF_THE_RUN.includes(key));
  const given = Object.keys(overrides).filter((key) => known.includes(key));
  if (given.length === 0) return;
  throw new ArtifactError('BAD_OPTION', {
    tried: `run ${name} with ${given.map((key) => `--${key}`).join(' ')}`,
    cause:
      'the archive is built and cached with the options in project.json, which the command line does not change',
    hint: `Add a configuration with it to project.json, and run ${name}:<configuration>.`,
  });
}
