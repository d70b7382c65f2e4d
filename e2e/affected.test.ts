import { expect, onTestFinished, test } from 'vitest';
import type { Files } from '../test/support/workspace.js';
import { below, platformProject, system } from './support/systems.js';
import { table } from './support/table.js';
import { fileWorkspace } from './support/workspace.js';

const docker = { dockerfile: '../../images/gamma/Dockerfile', tag: 'nx-docker-artifact-test/none:1' };
const gamma = { platform: 'other_br', build_runner_config: { docker } };
const workspace = await fileWorkspace({
  '.gitignore': 'node_modules/\n.nx/\n',
  ...below('other', platformProject('other_br')),
  ...below('systems/gamma', system('gamma', gamma)),
  'images/gamma/Dockerfile': 'FROM scratch\n',
});
const seen = table('change of', 'selects');

test.each<[what: string, change: Files, selected: string[]]>([
  ['the README of the workspace', { 'README.md': 'changed\n' }, []],
  ['a system', { 'systems/beta/source.txt': 'changed\n' }, ['beta']],
  ['the platform of two systems', { 'platform/VERSION': '1.0.1\n' }, ['alpha', 'beta']],
  ['the platform of the third', { 'other/VERSION': '1.0.1\n' }, ['gamma']],
  ['a Dockerfile outside of its package', { 'images/gamma/Dockerfile': 'FROM changed\n' }, ['gamma']],
  ['a new file beside that Dockerfile', { 'images/gamma/new': 'new\n' }, ['gamma']],
  ['what builds leave in packages', { 'systems/alpha/build.log': 'x\n', 'systems/beta/.nerves/x': 'x' }, []],
])('a change of %s selects what is built of it', async (what, change, selected) => {
  onTestFinished(async () => void (await workspace.git('clean', '-fdq', '-e', 'node_modules')));
  onTestFinished(async () => void (await workspace.git('checkout', '--quiet', '.')));
  await workspace.write(change);
  const { text } = await workspace.nx('affected', '-t', 'build-artifact', '--base=HEAD', '--graph=stdout');
  const tasks = Object.keys(JSON.parse(text).tasks.tasks);
  const projects = tasks.filter((task) => task.endsWith(':build-artifact')).map((task) => task.split(':')[0]);
  seen.add(what, projects.sort().join(', ') || 'nothing');
  expect(projects).toEqual(selected);
  expect(tasks.filter((task) => task.endsWith(':archive'))).toHaveLength(selected.length);
});
