import { isAbsolute, posix, relative } from 'node:path';
import { getProjects, type Tree } from '@nx/devkit';
import { ArtifactError } from '../../errors.js';

/**
 * A path that a user gave, from the workspace root.
 * @param option its name, for the message
 * @throws ArtifactError BAD_OPTION when it leads out of the workspace
 */
export function pathInWorkspace(tree: Tree, path: string, option: string): string {
  const slashes = path.replaceAll('\\', '/');
  const normal = inWorkspace(isAbsolute(path) ? relative(tree.root, path).replaceAll('\\', '/') : slashes);
  if (normal !== undefined) return normal;
  throw badOption(option, `"${path}" lies outside the workspace`, 'Give a path from the workspace root.');
}

/** A path in its shortest form, "." for the workspace itself; undefined when it leads out. */
export function inWorkspace(path: string): string | undefined {
  const normal = posix.normalize(path).replace(/(?<=.)\/$/, '');
  return posix.isAbsolute(normal) || normal === '..' || normal.startsWith('../') ? undefined : normal;
}

export function badOption(option: string, cause: string, hint: string): ArtifactError {
  return new ArtifactError('BAD_OPTION', { tried: `use the option "${option}"`, cause, hint });
}

/** The roots of the workspace's projects by name. */
export function projectRoots(tree: Tree): Map<string, string> {
  return new Map([...getProjects(tree)].map(([name, { root }]) => [name, root]));
}

export function isDirectory(tree: Tree, path: string): boolean {
  return tree.exists(path) && !tree.isFile(path);
}
