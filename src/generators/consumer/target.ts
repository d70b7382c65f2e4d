import { posix } from 'node:path';
import type { TargetConfiguration, Tree } from '@nx/devkit';
import { CURRENT_STATE } from '../../conventions/own-outputs.js';
import type { JsonObject } from '../shared/json-file.js';
import { badOption } from '../shared/workspace.js';
import type { ArtifactSource } from './artifact-source.js';
import type { ConsumerOptions } from './options.js';
import type { ProjectPlace } from './project-place.js';

/** Only that file: it is small, and a pattern for all would have Nx hash the archive, too, which is large. */
const ARTIFACT = { dependentTasksOutputFiles: `**/${CURRENT_STATE}`, transitive: true };

/**
 * A new target that uses an artifact.
 * @throws ArtifactError BAD_OPTION when nobody says what it runs
 */
export function newTarget(
  tree: Tree,
  options: Pick<ConsumerOptions, 'project' | 'target' | 'command' | 'output'>,
  { root }: Pick<ProjectPlace, 'root'>,
  source: ArtifactSource,
): JsonObject {
  const isMix = runsMix(tree, options, root);
  const command = options.command ?? (isMix ? 'mix firmware' : undefined);
  if (command === undefined) {
    const what = `${options.project} has no target "${options.target}", and no mix.exs`;
    throw badOption(
      'command',
      `${what}: it is not clear what to run`,
      'Say it, as it runs in the directory of the project: --command "make firmware"',
    );
  }
  const output = outputOf(tree, options, root);
  return {
    executor: 'nx:run-commands',
    dependsOn: [dependency(source)],
    inputs: ['default', ...(isMix ? [{ env: 'MIX_TARGET' }, { env: 'MIX_ENV' }] : []), ARTIFACT],
    outputs: [`{projectRoot}/${output}`],
    cache: true,
    options: { command, cwd: '{projectRoot}' },
  };
}

/** What a new target writes, relative to its project. */
export function outputOf(
  tree: Tree,
  options: Pick<ConsumerOptions, 'command' | 'output'>,
  root: string,
): string {
  return options.output ?? (runsMix(tree, options, root) ? '_build/*/nerves/images/*.fw' : 'dist');
}

function runsMix(tree: Tree, { command }: Pick<ConsumerOptions, 'command'>, root: string): boolean {
  return command === undefined && tree.exists(posix.join(root, 'mix.exs'));
}

/**
 * What a target that is there needs besides, by key.
 * @param target with what nx.json has for it, which a key of its own would replace
 */
export function missingIn(
  { dependsOn: first = [], inputs: hashed = ['default', '^default'] }: TargetConfiguration,
  source: ArtifactSource,
): JsonObject {
  const [dependsOn, inputs] = [listOf(first), listOf(hashed)];
  return {
    ...(!dependsOn.some((one) => runsFirst(one, source)) && {
      dependsOn: [...dependsOn, dependency(source)],
    }),
    ...(!inputs.some(hashesArtifact) && { inputs: [...inputs, ARTIFACT] }),
  };
}

function dependency({ project, target }: ArtifactSource): JsonObject {
  return { projects: [project], target };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** With the edge to the project that the generator adds, Nx's ^ stands for it. */
function runsFirst(one: unknown, { project, target }: ArtifactSource): boolean {
  if (typeof one === 'string') return one === `^${target}` || one === `${project}:${target}`;
  const { projects, target: name, dependencies } = (one ?? {}) as Record<string, unknown>;
  return name === target && (dependencies === true || [projects].flat().includes(project));
}

function hashesArtifact(one: unknown): boolean {
  const { dependentTasksOutputFiles: files } = (one ?? {}) as Record<string, unknown>;
  return files === '**/*' || files === '**' || (typeof files === 'string' && files.endsWith(CURRENT_STATE));
}
