import { posix } from 'node:path';
import { readNxJson, type TargetConfiguration, type Tree } from '@nx/devkit';
import { EXECUTORS } from '../../conventions/plugin-names.js';
import { ArtifactError } from '../../errors.js';
import { parseOptions } from '../../options/parse.js';
import { buildOptions } from '../../options/schema.js';
import type { BuildOptions } from '../../options/types.js';
import { findBuild } from '../../plugin/build-target.js';
import { type JsonObject, readJsonFile } from '../shared/json-file.js';
import { projectRoots } from '../shared/workspace.js';

/** A project's target on our build executor, as its project.json has it. */
export interface BuildTarget {
  /** The project's directory, from the workspace root. */
  root: string;
  /** Its project.json. */
  file: string;
  name: string;
  /** With what nx.json has for such targets. */
  options: BuildOptions;
  /** Whether all that `build_runner_config` says stands in nx.json. */
  isInherited: boolean;
  /** Configurations with a `build_runner_config` of their own, which takes the place of the target's. */
  others: string[];
}

/**
 * Looks up the build target of a project.
 * @throws ArtifactError TARGET_MISSING, BAD_OPTION, FILE_ACCESS
 */
export function buildTargetOf(tree: Tree, project: string): BuildTarget {
  const root = projectRoots(tree).get(project);
  if (root === undefined) throw missing(project, 'there is no such project in the workspace');
  const file = posix.join(root, 'project.json');
  const json = readJsonFile(tree, file) ?? {};
  const build = findBuild({ ...json, name: project, root }, readNxJson(tree)?.targetDefaults);
  if (!build) throw missing(project, `${file} has no target whose executor is ${EXECUTORS.build}`);
  const { name, own, target } = build;
  const { options = {}, configurations = {} } = own as TargetConfiguration<JsonObject>;
  return {
    ...{ root, file, name },
    options: parseOptions(buildOptions, target.options ?? {}, `${project}:${name}`),
    isInherited: options[CONFIG] === undefined && target.options?.[CONFIG] !== undefined,
    others: Object.keys(configurations).filter((key) => configurations[key]?.[CONFIG] !== undefined),
  };
}

const CONFIG = 'build_runner_config';

function missing(project: string, cause: string): ArtifactError {
  const hint = 'Name a project with such a target.';
  return new ArtifactError('TARGET_MISSING', { tried: `find the build target of ${project}`, cause, hint });
}
