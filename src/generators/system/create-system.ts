import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Tree } from '@nx/devkit';
import { readJsonFile } from '../shared/json-file.js';
import type { Report } from '../shared/report.js';
import { badOption, pathInWorkspace, projectRoots } from '../shared/workspace.js';
import { filesOf } from './files.js';
import type { SystemOptions } from './options.js';
import { choosePlatform } from './platform.js';

/**
 * Creates the files of a new system; existing ones are kept.
 * @throws ArtifactError BAD_OPTION, FILE_ACCESS; nothing is written then
 */
export function createSystem(tree: Tree, options: SystemOptions): Report {
  const { name, dockerfile } = options;
  const directory = pathInWorkspace(tree, options.directory ?? `systems/${name}`, 'directory');
  const roots = projectRoots(tree);
  checkName(name, directory, roots);
  checkDirectory(tree, name, directory, roots);
  const { option: platform, image } = choosePlatform(tree, options.platform, roots);
  const files = filesOf({ name, directory, platform, image: dockerfile ? image : undefined });

  const states = Object.entries(files).map(([file, content]) => {
    const path = posix.join(directory, file);
    return { path, content, state: stateOf(tree, path, content) };
  });
  for (const { path, content, state } of states) if (state === 'missing') tree.write(path, content);
  const isNew = states.some(({ state }) => state === 'missing');
  const kept = states.filter(({ state }) => state === 'other').map(({ path }) => path);
  const next = `Write its nerves_defconfig, then: nx run ${name}:build-artifact`;
  return {
    lines: [
      isNew ? `${name} is now in ${directory}. ${next}` : `${name} is already in ${directory}.`,
      ...(kept.length > 0 ? [`Kept, though different from a new one: ${kept.join(', ')}`] : []),
    ],
    warnings: [],
  };
}

/** Docker takes no other names for images and volumes. */
const NAME = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;

function checkName(name: string, directory: string, roots: Map<string, string>): void {
  const [other, hint] = [roots.get(name), 'Use lower-case letters and digits, with -, _ or . between.'];
  if (!NAME.test(name) || name === 'platform')
    throw badOption('name', `"${name}" cannot name an image`, hint);
  if (other !== undefined && other !== directory)
    throw badOption('name', `the project at ${other} is called ${name} already`, 'Choose another name.');
}

function checkDirectory(tree: Tree, name: string, directory: string, roots: Map<string, string>): void {
  const hint = 'Choose another directory.';
  const [project] = [...roots].find(([, root]) => root === directory) ?? [];
  if (project !== undefined && project !== name)
    throw badOption('directory', `the project ${project} is at ${directory}`, hint);
  for (let path = directory; path !== '.'; path = posix.dirname(path))
    if (tree.isFile(path)) throw badOption('directory', `${path} is a file`, hint);
}

/** JSON files are compared by value, whatever their formatting. */
function stateOf(tree: Tree, path: string, content: string): 'missing' | 'same' | 'other' {
  if (!tree.exists(path)) return 'missing';
  if (!path.endsWith('.json')) return tree.read(path, 'utf8') === content ? 'same' : 'other';
  return isDeepStrictEqual(readJsonFile(tree, path), JSON.parse(content)) ? 'same' : 'other';
}
