import { basename } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';

/** What the plugin reads of a project. */
export interface ProjectFile {
  /** Relative to the workspace. */
  file: string;
  root: string;
  name?: string;
  /** Whether the name stands in a project.json: then it is certain that Nx calls the project so. */
  isNamed: boolean;
  targets: Record<string, TargetConfiguration | undefined>;
}

/** The roots of the workspace's projects by name; one without a name is called as its directory, as in Nx. */
export function projectNames(projects: readonly ProjectFile[]): Map<string, string> {
  return new Map(projects.map(({ name, root }) => [name ?? basename(root), root]));
}
