import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { keptLine, placeOfPackage, writeMissing } from '../shared/new-package.js';
import type { Report } from '../shared/report.js';
import { projectRoots } from '../shared/workspace.js';
import { filesOf } from './files.js';
import type { SystemOptions } from './options.js';
import { choosePlatform } from './platform.js';
import { useDockerfile } from './use-dockerfile.js';

/**
 * Creates the files of a new system; existing ones are kept, but for the options that have a Dockerfile used.
 * @throws ArtifactError BAD_OPTION, FILE_ACCESS; nothing is written then
 */
export function createSystem(tree: Tree, options: SystemOptions): Report {
  const { name, dockerfile } = options;
  const directory = placeOfPackage(tree, name, options.directory ?? `systems/${name}`);
  const { option: platform, image } = choosePlatform(tree, options.platform, projectRoots(tree));
  const files = filesOf({ name, directory, platform, image: dockerfile ? image : undefined });

  const isThere = tree.exists(posix.join(directory, 'project.json'));
  const used = dockerfile && isThere ? useDockerfile(tree, directory, name) : [];
  const { isNew, kept } = writeMissing(tree, directory, files);
  const next = `Write its nerves_defconfig, then: nx run ${name}:build-artifact`;
  return {
    lines: [
      isNew ? `${name} is now in ${directory}. ${next}` : `${name} is already in ${directory}.`,
      ...used,
      ...keptLine(kept),
    ],
    warnings: [],
  };
}
