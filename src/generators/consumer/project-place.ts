import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { withoutScope } from '../../conventions/names.js';
import { isObject } from '../../util/is-object.js';
import { type JsonObject, readJsonFile } from '../shared/json-file.js';
import { badOption, pathInWorkspace, projectRoots } from '../shared/workspace.js';

/** Where the configuration of a project stands, or is to stand. */
export interface ProjectPlace {
  root: string;
  file: string;
  /** Keys from the top of that file: a package.json has it below "nx". */
  path: string[];
  /** What is there; undefined of a new project. */
  config: JsonObject | undefined;
  /** Scripts of its package.json, which are targets, too. */
  scripts: JsonObject;
}

/** @throws ArtifactError BAD_OPTION when a new project cannot be there; FILE_ACCESS */
export function placeOf(tree: Tree, project: string, directory: string | undefined): ProjectPlace {
  const known = projectRoots(tree).get(project);
  const root = known ?? newRoot(tree, project, directory);
  const packageJson = readJsonFile(tree, posix.join(root, 'package.json')) ?? {};
  const scripts = isObject(packageJson.scripts) ? packageJson.scripts : {};
  const file = posix.join(root, 'project.json');
  if (known === undefined) return { root, file, path: [], config: undefined, scripts };
  const own = readJsonFile(tree, file);
  if (own) return { root, file, path: [], config: own, scripts };
  const config = isObject(packageJson.nx) ? packageJson.nx : {};
  return { root, file: posix.join(root, 'package.json'), path: ['nx'], config, scripts };
}

function newRoot(tree: Tree, project: string, directory: string | undefined): string {
  if (!/^[@\w][\w./@-]*$/.test(project))
    throw badOption('project', `"${project}" cannot name a project`, 'Use letters, digits, -, _ and .');
  const root = pathInWorkspace(tree, directory ?? withoutScope(project), 'directory');
  const [other] = [...projectRoots(tree)].find(([, at]) => at === root) ?? [];
  if (other !== undefined)
    throw badOption(
      'directory',
      `the project ${other} is at ${root}`,
      `Name ${other}, or another directory.`,
    );
  for (let path = root; path !== '.'; path = posix.dirname(path))
    if (tree.isFile(path)) throw badOption('directory', `${path} is a file`, 'Choose another directory.');
  return root;
}
