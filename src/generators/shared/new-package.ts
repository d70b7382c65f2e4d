import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Tree } from '@nx/devkit';
import { readJsonFile } from './json-file.js';
import { badOption, pathInWorkspace, projectRoots } from './workspace.js';

/**
 * The directory of a new package, or of one that is there already.
 * @throws ArtifactError BAD_OPTION when it cannot have that name, or be in that directory
 */
export function placeOfPackage(tree: Tree, name: string, directory: string): string {
  const place = pathInWorkspace(tree, directory, 'directory');
  const roots = projectRoots(tree);
  checkName(name, place, roots);
  checkDirectory(tree, name, place, roots);
  return place;
}

/** What became of the files of a package; paths from the workspace root. */
interface Written {
  isNew: boolean;
  /** Those that were there, with other contents. */
  kept: string[];
}

/**
 * Writes the files of a package, by their names in its directory, that are not there yet.
 * @throws ArtifactError FILE_ACCESS when a JSON file that is there cannot be read; nothing is written then
 */
export function writeMissing(tree: Tree, directory: string, files: Record<string, string>): Written {
  const states = Object.entries(files).map(([file, content]) => {
    const path = posix.join(directory, file);
    return { path, content, state: stateOf(tree, path, content) };
  });
  for (const { path, content, state } of states) if (state === 'missing') tree.write(path, content);
  return {
    isNew: states.some(({ state }) => state === 'missing'),
    kept: states.filter(({ state }) => state === 'other').map(({ path }) => path),
  };
}

/** A line of the report, if there is something to say. */
export function keptLine(kept: string[]): string[] {
  return kept.length > 0 ? [`Kept, though different from a new one: ${kept.join(', ')}`] : [];
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
