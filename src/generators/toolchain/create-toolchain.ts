import type { Tree } from '@nx/devkit';
import { keptLine, placeOfPackage, writeMissing } from '../shared/new-package.js';
import type { Report } from '../shared/report.js';
import { filesOf } from './files.js';
import type { ToolchainOptions } from './options.js';

/**
 * Creates the files of a new toolchain, which crosstool-NG builds; existing ones are kept.
 * @throws ArtifactError BAD_OPTION, FILE_ACCESS; nothing is written then
 */
export function createToolchain(tree: Tree, options: ToolchainOptions): Report {
  const { name } = options;
  const root = placeOfPackage(tree, name, options.directory ?? `toolchains/${name}`);
  const { isNew, kept } = writeMissing(tree, root, filesOf(name, root));
  const next = `Write its defconfig, then: nx run ${name}:build-artifact`;
  return {
    lines: [
      isNew ? `${name} is now in ${root}. ${next}` : `${name} is already in ${root}.`,
      ...keptLine(kept),
    ],
    warnings: [],
  };
}
