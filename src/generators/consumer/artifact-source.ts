import { posix } from 'node:path';
import { getProjects, readNxJson, type TargetConfiguration, type Tree } from '@nx/devkit';
import { CURRENT, CURRENT_STATE } from '../../conventions/own-outputs.js';
import { EXECUTORS, PLUGIN } from '../../conventions/plugin-names.js';
import { findBuild } from '../../plugin/build-target.js';
import { isObject } from '../../util/is-object.js';
import { badOption } from '../shared/workspace.js';

/** A project that builds an artifact. */
export interface ArtifactSource {
  project: string;
  /** Its target on our build executor. */
  target: string;
  /** Where the artifact is, whatever its version; from the workspace root, or absolute. */
  path: string;
  warnings: string[];
}

/** @throws ArtifactError BAD_OPTION that lists those there are */
export function artifactSource(tree: Tree, project: string): ArtifactSource {
  const targetDefaults = readNxJson(tree)?.targetDefaults;
  const sources = new Map(
    [...getProjects(tree)].flatMap(([name, configuration]) => {
      const build = findBuild({ ...configuration, name }, targetDefaults);
      return build ? [[name, { root: configuration.root, ...build }] as const] : [];
    }),
  );
  const found = sources.get(project);
  if (found) {
    const { root, name, target } = found;
    const path = ownDirectory(target) ?? posix.join(root, CURRENT);
    return { project, target: name, path, warnings: warningsOf(`${project}:${name}`, target) };
  }
  const names = [...sources.keys()].sort();
  const hint = names.length > 0 ? `Name one of: ${names.join(', ')}.` : `Make one: nx g ${PLUGIN}:system`;
  throw badOption('system', `no project "${project}" has a target on ${EXECUTORS.build}`, hint);
}

function ownDirectory({ options }: TargetConfiguration): string | undefined {
  const directory: unknown = isObject(options) ? options.artifact_dir : undefined;
  return typeof directory === 'string' && directory !== '' ? directory : undefined;
}

/** Outputs that are written out replace the inferred one, which is what Nx hashes for a consumer. */
function warningsOf(name: string, { outputs }: TargetConfiguration): string[] {
  if (!outputs || outputs.some((output) => output.endsWith(CURRENT_STATE))) return [];
  return [
    `${name} has "outputs" of its own: add "{projectRoot}/${CURRENT_STATE}", or what uses it is not built again`,
  ];
}
