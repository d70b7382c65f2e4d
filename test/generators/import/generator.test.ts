import { expect, onTestFinished, test, vi } from 'vitest';
import importGenerator from '../../../src/generators/import/generator.js';
import { refusal, testTree } from '../support/tree.js';

const files = {
  'mix.exs': 'defmodule M do\n  def project, do: [app: :m, nerves_package: [checksum: ["a"]]]\nend\n',
};

/** What it prints, without colours. */
async function printed(more: Record<string, string>) {
  const lines: string[] = [];
  for (const stream of ['info', 'warn'] as const) {
    const spy = vi.spyOn(console, stream).mockImplementation((text) => void lines.push(`${stream}: ${text}`));
    onTestFinished(() => spy.mockRestore());
  }
  await importGenerator(testTree({ ...files, ...more }), { mixfile: 'mix.exs' });
  return lines.join('\n').replaceAll(/\x1b\[\d+m/g, '');
}

test('importGenerator() prints what it did, and a warning where the plugin is missing', async () => {
  const set = 'info: Set in project.json, target build-artifact:\n  package = "m"\n  checksum = ["a"]';
  const warning =
    'warn: warning: nx.json does not have the plugin, which adds archive, clean and shell: nx g nx-docker-artifact:init';
  expect(await printed({})).toBe(`${set}\n${warning}`);
  expect(await printed({ 'nx.json': '{ "plugins": ["nx-docker-artifact/plugin"] }' })).toBe(set);
});

test.each([
  [{}, /"mixfile" is missing/],
  [{ mixfile: '' }, /"mixfile": Too small/],
  [{ mixfile: 'mix.exs', overwrite: 'yes' }, /"overwrite": expected boolean/],
  [{ mixfile: 'mix.exs', force: true }, /unknown option "force"/],
])('importGenerator() refuses the options %j', async (options, expected) => {
  const tree = testTree(files);
  const message = await refusal(tree, () => importGenerator(tree, options));
  expect(message).toMatch(/^BAD_OPTION: could not read the options of nx-docker-artifact:import: /);
  expect(message).toMatch(expected);
});
