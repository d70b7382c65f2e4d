import { formatFiles, type Tree } from '@nx/devkit';
import { hasPlugin, initWorkspace } from '../init/init-workspace.js';
import { print, type Report } from './report.js';

/** Ends a generator that made or changed a project: the workspace is set up for it, too, and the user is told. */
export async function finish(tree: Tree, report: Report): Promise<void> {
  const init = hasPlugin(tree) ? { lines: [], warnings: [] } : initWorkspace(tree);
  await formatFiles(tree);
  print({
    lines: [...init.lines, ...report.lines],
    warnings: [...init.warnings, ...report.warnings],
  });
}
