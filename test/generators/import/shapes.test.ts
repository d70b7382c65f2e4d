import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importMixfile } from '../../../src/generators/import/import-mixfile.js';
import { filesIn, refusal, testTree } from '../support/tree.js';

const DIRECTORY = 'systems/rpi4';
const options = { mixfile: `${DIRECTORY}/mix.exs`, overwrite: false };

function fixture(file: string): string {
  return readFileSync(new URL(`../../fixtures/mix/${file}`, import.meta.url), 'utf8');
}

function treeWith(shape: string, files: Record<string, string> = {}) {
  return testTree({
    [`${DIRECTORY}/mix.exs`]: fixture(`${shape}.exs`),
    [`${DIRECTORY}/VERSION`]: '1.2.3\n',
    ...files,
  });
}

const br = { 'platforms/br/project.json': '{ "name": "demo_br" }' };
const named = { 'platforms/br/project.json': '{ "name": "nerves_system_br" }' };
const fetched = {
  'deps/nerves_system_br/VERSION': '1.31.7',
  [`${DIRECTORY}/deps/nerves_system_br/VERSION`]: '1.31.7',
};

test.each([
  ['official', fetched],
  ['inline', named],
  ['sigils', {}],
  ['custom', br],
  ['toolchain', {}],
  ['toolchain-of-its-own', { [`${DIRECTORY}/build.sh`]: '' }],
  ['hostile', {}],
])('importMixfile() turns %s.exs into project.json, and lists what it could not read', (shape, files) => {
  const tree = treeWith(shape, files);
  const { lines, warnings } = importMixfile(tree, options);
  const report = [...lines, ...warnings.map((warning) => `warning: ${warning}`)];
  expect(tree.read(`${DIRECTORY}/project.json`, 'utf8')).toBe(fixture(`${shape}.project.json`));
  expect(`${report.join('\n')}\n`).toBe(fixture(`${shape}.report.txt`));

  const before = filesIn(tree);
  const again = importMixfile(tree, options);
  expect(filesIn(tree)).toEqual(before);
  expect(again.lines[0]).toBe(`Nothing to change in ${DIRECTORY}/project.json, target build-artifact.`);
  expect(again.lines.slice(1)).toEqual(
    lines.slice(lines.findIndex((line) => /^Could not|^Not imp/.test(line))),
  );
});

test.each([
  [
    'old',
    { [`${DIRECTORY}/nerves.exs`]: 'use Mix.Config\n' },
    'its package is described in nerves.exs, the old form, which is not supported\n' +
      '  -> Write it into mix.exs as "nerves_package: [...]" in the function "project", and import again.',
  ],
  [
    'application',
    {},
    'it is not a Nerves package: its project has no nerves_package\n' +
      '  -> Nerves systems and toolchains have the key "nerves_package" in their function "project".',
  ],
])('importMixfile() refuses %s.exs in one line', async (shape, files, expected) => {
  const tree = treeWith(shape, files);
  const message = await refusal(tree, () => importMixfile(tree, options));
  expect(message).toBe(`MIXFILE_BAD: could not import systems/rpi4/mix.exs: ${expected}`);
});
