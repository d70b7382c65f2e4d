import { formatFiles, type Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { hasPlugin, initWorkspace } from '../init/init-workspace.js';
import { print } from '../shared/report.js';
import { createSystem } from './create-system.js';
import { systemOptions } from './options.js';

/** `nx g nx-docker-artifact:system`: a new package, in a workspace that is set up for it. */
export default async function systemGenerator(tree: Tree, options: unknown): Promise<void> {
  const report = createSystem(tree, parseOptions(systemOptions, options, `${PLUGIN}:system`));
  const init = hasPlugin(tree) ? { lines: [], warnings: [] } : initWorkspace(tree);
  await formatFiles(tree);
  print({
    lines: [...init.lines, ...report.lines],
    warnings: [...init.warnings, ...report.warnings],
  });
}
