import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { MIX_FILE, mixPackageName } from '../../conventions/mix-package.js';
import { withoutScope } from '../../conventions/names.js';
import { platformImage } from '../../conventions/platform-image.js';
import { VERSION_FILE, versionFrom } from '../../conventions/versions.js';
import { badOption, isDirectory, pathInWorkspace } from '../shared/workspace.js';

interface PlatformChoice {
  /** For the option `platform`. */
  option: string;
  /** The image that a package is built in if it has none of its own. */
  image: string;
}

/**
 * Looks up what a user named as platform.
 * @throws ArtifactError BAD_OPTION when it is neither a project nor a directory
 */
export function choosePlatform(tree: Tree, given: string, roots: Map<string, string>): PlatformChoice {
  const root = roots.get(given);
  if (root !== undefined) return choice(tree, given, withoutScope(given), root);
  const path = pathInWorkspace(tree, given, 'platform');
  if (isDirectory(tree, path)) return choice(tree, path, posix.basename(path), path);
  const hint = 'Name an Nx project, or an existing directory from the workspace root.';
  throw badOption('platform', `no Nx project is called "${given}", and there is no such directory`, hint);
}

function choice(tree: Tree, option: string, known: string, root: string): PlatformChoice {
  const name = packageNameIn(tree, root) ?? known;
  return { option, image: platformImage({ name, version: versionOf(tree, root) }) };
}

/** What the mix.exs of a directory calls its package. */
export function packageNameIn(tree: Tree, root: string): string | undefined {
  return mixPackageName(tree.read(posix.join(root, MIX_FILE), 'utf8') ?? undefined);
}

/** The version of a directory, as a build finds it. */
export function versionOf(tree: Tree, root: string): string {
  const read = (name: string) => tree.read(posix.join(root, name), 'utf8') ?? undefined;
  return versionFrom(read(VERSION_FILE), read('package.json'));
}
