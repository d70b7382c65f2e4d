import { formatFiles, type Tree } from '@nx/devkit';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { hasPlugin, initWorkspace } from '../init/init-workspace.js';
import { print } from '../shared/report.js';
import { addConsumer } from './add-consumer.js';
import { consumerOptions } from './options.js';

/** `nx g nx-docker-artifact:consumer`: a target that is built again when an artifact is another one. */
export default async function consumerGenerator(tree: Tree, options: unknown): Promise<void> {
  const report = addConsumer(tree, parseOptions(consumerOptions, options, `${PLUGIN}:consumer`));
  const init = hasPlugin(tree) ? { lines: [], warnings: [] } : initWorkspace(tree);
  await formatFiles(tree);
  print({
    lines: [...init.lines, ...report.lines],
    warnings: [...init.warnings, ...report.warnings],
  });
}
