import type { ExecutorContext } from '@nx/devkit';
import { isKeyInput } from '../../conventions/key-input.js';
import { EXECUTORS, freshCommand } from '../../conventions/plugin-names.js';
import type { ArchiveRun } from '../../runner/archive.js';
import { processTag } from '../../util/process-identity.js';
import { processStart } from '../../util/process-start.js';
import { keysSince } from '../key/key-log.js';
import { keyInputOf } from './key-guard.js';
import type { Invocation } from './run.js';
import type { BuildTarget } from './target-lookup.js';

/** What Nx calculated keys from since it was started, which is what this build is cached by. */
export function keysOfRun(
  { projectsConfigurations }: Pick<ExecutorContext, 'projectsConfigurations'>,
  project: string,
  { host, dataDirectory }: Pick<Invocation, 'host' | 'dataDirectory'>,
): ArchiveRun['keys'] {
  const started = processStart(process.ppid, host.now());
  const root = projectsConfigurations.projects[project]?.root;
  if (started === undefined || root === undefined) return undefined;
  return (digest) => keysSince(dataDirectory, root, started, digest);
}

/** The run of Nx that this executor is part of: the process that started it. */
export function nxRun(): string {
  return processTag(process.ppid);
}

/** What helps against an archive that was not built from what there is now, by what the key of its target knows. */
export function staleHint(
  context: Pick<ExecutorContext, 'root' | 'projectsConfigurations'>,
  { project, target, task }: Pick<BuildTarget, 'project' | 'target'> & { task: string },
): string {
  const targets = context.projectsConfigurations.projects[project]?.targets ?? {};
  const [archive, { inputs = [] } = {}] =
    Object.entries(targets).find(([, { executor }]) => executor === EXECUTORS.archive) ?? [];
  if (inputs.some(isKeyInput))
    return `Run it again; if a cache restores the same archive once more, \`${freshCommand(task)}\` builds it anew.`;
  const input = JSON.stringify(keyInputOf(context, { project, target }));
  return `Its key does not know what differs: add ${input} to the "inputs" of ${project}:${archive}, and run it again.`;
}
