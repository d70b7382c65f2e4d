import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { NERVES_DIR } from '../../conventions/own-outputs.js';
import { EXECUTORS, PLUGIN_MODULE } from '../../conventions/plugin-names.js';

/** Why every run of this build target builds, where no archive target runs before it; a line for the user. */
export function whyNotCached(
  { projectsConfigurations, targetName }: Pick<ExecutorContext, 'projectsConfigurations' | 'targetName'>,
  project: string,
): string {
  const targets = projectsConfigurations.projects[project]?.targets ?? {};
  const [archive] = Object.entries(targets).find(([, { executor }]) => executor === EXECUTORS.archive) ?? [];
  const how = archive
    ? `add "${archive}" to its "dependsOn", which replaces the inferred one`
    : `list ${PLUGIN_MODULE} in nx.json, or write out an archive target and depend on it`;
  return `note: ${project}:${targetName} builds in every run, as nothing of it is cached: ${how}`;
}

/** Nx caches nothing below a link: a `.nerves` that leads to a bigger disk is built in every run. */
export function linkedOutput(root: string): string | undefined {
  const path = join(root, NERVES_DIR);
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (!isLink) return undefined;
  return `note: ${path} is a link, below which Nx caches nothing, so that every run builds: use a mount, or "artifact_dir" for what is large`;
}
