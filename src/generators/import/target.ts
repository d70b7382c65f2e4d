import { EXECUTORS } from '../../conventions/plugin-names.js';
import { findBuild } from '../../plugin/build-target.js';
import { isObject } from '../../util/is-object.js';
import type { JsonEdit, JsonObject } from '../shared/json-file.js';
import { type Conflict, mergeOptions } from './merge.js';
import { mixfileError } from './mix/errors.js';

export interface TargetChange {
  /** The target's name. */
  name: string;
  /** Paths from the top of project.json. */
  edits: JsonEdit[];
  /** The options among them, by their names. */
  set: JsonEdit[];
  kept: Conflict[];
}

/** Where the options go. */
interface Place {
  /** The mix.exs, for messages. */
  file: string;
  /** The project's, relative to the workspace. */
  root: string;
  /** As it stands in nx.json. */
  targetDefaults: unknown;
}

/**
 * How a project.json gets the options that were read: into its target on our executor, else into `build-artifact`.
 * @throws ArtifactError MIXFILE_BAD when `build-artifact` is something else, and is not to be overwritten
 */
export function changeTarget(
  project: JsonObject,
  read: JsonObject,
  overwrite: boolean,
  { file, root, targetDefaults }: Place,
): TargetChange {
  const targets = project.targets ?? {};
  if (!isObject(targets))
    throw mixfileError(file, '"targets" of project.json is not an object', 'Correct it.');
  const build = findBuild({ ...project, root }, targetDefaults);
  const { name = 'build-artifact', own: target = targets['build-artifact'] } = build ?? {};
  const path = ['targets', name];
  const { edits: set, kept } = mergeOptions(isObject(target) ? target.options : undefined, read, overwrite);
  const inOptions = set.map((edit) => ({ ...edit, path: [...path, 'options', ...edit.path] }));
  if (build) return { name, edits: inOptions, set, kept };
  if (target === undefined || overwrite) {
    const edits = [{ path, value: { executor: EXECUTORS.build, options: read } }];
    return { name, edits, set: mergeOptions(undefined, read, true).edits, kept: [] };
  }
  const hint = 'Give it another name, or replace it with --overwrite.';
  throw mixfileError(file, `project.json has a target "${name}" on another executor`, hint);
}
