import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { withLines } from '../shared/gitignore.js';

/**
 * Has git ignore what a new target writes into its project. Nx takes every other file there for an input (Nx: "default" named
 * inputs), so that the target would be built again by its own output.
 * @param output relative to the project, may be a pattern
 * @returns a line for the user, where something was written
 */
export function ignoreOutput(tree: Tree, root: string, output: string): string[] {
  const [top = output] = output.split('/');
  const inProject = [top, `/${top}`, `**/${top}`];
  const inRoot = [top, `**/${top}`, posix.join('/', root, top), posix.join(root, top)];
  const isIgnored =
    hasAny(tree, posix.join(root, '.gitignore'), inProject) || hasAny(tree, '.gitignore', inRoot);
  if (isIgnored) return [];
  const line = posix.join('/', root, output);
  tree.write('.gitignore', withLines(tree.read('.gitignore', 'utf8') ?? '', [line]));
  return [`Added ${line} to .gitignore: Nx would take it for an input.`];
}

function hasAny(tree: Tree, file: string, patterns: readonly string[]): boolean {
  const lines = (tree.read(file, 'utf8') ?? '').split('\n').map((line) => line.trim().replace(/\/$/, ''));
  return patterns.some((pattern) => lines.includes(pattern));
}
