import { formatFiles, type Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { hasPlugin, initWorkspace } from '../init/init-workspace.js';
import { print } from '../shared/report.js';
import { createPackage } from './create-package.js';
import { packageOptions } from './options.js';

/** `nx g nx-docker-artifact:package`: a package that make builds, in a workspace that is set up for it. */
export default async function packageGenerator(tree: Tree, options: unknown): Promise<void> {
  const report = createPackage(tree, parseOptions(packageOptions, options, `${PLUGIN}:package`));
  const init = hasPlugin(tree) ? { lines: [], warnings: [] } : initWorkspace(tree);
  await formatFiles(tree);
  print({
    lines: [...init.lines, ...report.lines],
    warnings: [...init.warnings, ...report.warnings],
  });
}
