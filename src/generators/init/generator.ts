import { formatFiles, type Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { print } from '../shared/report.js';
import { initWorkspace } from './init-workspace.js';
import { initOptions } from './options.js';

/** `nx add nx-docker-artifact`, `nx g nx-docker-artifact:init` */
export default async function initGenerator(tree: Tree, options: unknown): Promise<void> {
  parseOptions(initOptions, options, `${PLUGIN}:init`);
  const report = initWorkspace(tree);
  await formatFiles(tree);
  print(report);
}
