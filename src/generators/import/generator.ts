import { formatFiles, type Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { hasPlugin } from '../init/init-workspace.js';
import { print } from '../shared/report.js';
import { importMixfile } from './import-mixfile.js';
import { importOptions } from './options.js';

/** `nx g nx-docker-artifact:import`: a mix.exs into the project.json beside it. */
export default async function importGenerator(tree: Tree, options: unknown): Promise<void> {
  const report = importMixfile(tree, parseOptions(importOptions, options, `${PLUGIN}:import`));
  if (!hasPlugin(tree)) report.warnings.push(NO_PLUGIN);
  await formatFiles(tree);
  print(report);
}

const NO_PLUGIN = `nx.json does not have the plugin, which adds archive, clean and shell: nx g ${PLUGIN}:init`;
