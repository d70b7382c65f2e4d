import type { Tree } from '@nx/devkit';
import { PLUGIN_MODULE as PLUGIN } from '../../conventions/plugin-names.js';
import { ArtifactError } from '../../errors.js';
import { isObject } from '../../util/is-object.js';
import { withLines } from '../shared/gitignore.js';
import { editJsonFile, readJsonFile, writeJsonFile } from '../shared/json-file.js';
import type { Report } from '../shared/report.js';
import { missingLines } from './gitignore.js';

/**
 * Adds the plugin to nx.json, and what builds leave behind to .gitignore.
 * @throws ArtifactError FILE_ACCESS when nx.json is not what Nx takes
 */
export function initWorkspace(tree: Tree): Report {
  return { lines: [addPlugin(tree), addIgnored(tree)], warnings: [] };
}

/** Whether nx.json has the plugin, in either of Nx's forms. */
export function hasPlugin(tree: Tree): boolean {
  return (pluginsOf(tree) ?? []).some((entry) => (isObject(entry) ? entry.plugin : entry) === PLUGIN);
}

function addPlugin(tree: Tree): string {
  if (hasPlugin(tree)) return `nx.json already has the plugin ${PLUGIN}.`;
  const edit = pluginsOf(tree)
    ? { path: ['plugins', -1], value: PLUGIN }
    : { path: ['plugins'], value: [PLUGIN] };
  if (tree.exists('nx.json')) editJsonFile(tree, 'nx.json', [edit]);
  else writeJsonFile(tree, 'nx.json', { plugins: [PLUGIN] });
  return `Added the plugin ${PLUGIN} to nx.json.`;
}

function pluginsOf(tree: Tree): unknown[] | undefined {
  const plugins = readJsonFile(tree, 'nx.json')?.plugins;
  if (plugins === undefined || Array.isArray(plugins)) return plugins;
  const hint = 'Correct that file.';
  throw new ArtifactError('FILE_ACCESS', { tried: 'read nx.json', cause: '"plugins" is not a list', hint });
}

function addIgnored(tree: Tree): string {
  const text = tree.read('.gitignore', 'utf8') ?? '';
  const missing = missingLines(text);
  if (missing.length === 0) return '.gitignore already has all the lines it needs.';
  tree.write('.gitignore', withLines(text, missing));
  return `Added ${missing.join(', ')} to .gitignore.`;
}
