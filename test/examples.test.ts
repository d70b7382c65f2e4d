import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { addConsumer } from '../src/generators/consumer/add-consumer.js';
import { consumerOptions } from '../src/generators/consumer/options.js';
import { createToolchain } from '../src/generators/toolchain/create-toolchain.js';
import { testTree } from './generators/support/tree.js';

const examples = resolve(import.meta.dirname, '../examples');
const TOOLCHAIN = 'toolchains/riscv64_toolchain';

const read = (name: string) => readFileSync(join(examples, name), 'utf8');
const json = (text: string | null) => JSON.parse(text ?? 'null');

test('createToolchain() writes what examples/toolchain has, but for the defconfig', () => {
  const tree = testTree();
  createToolchain(tree, { name: 'riscv64_toolchain' });
  const written = (name: string) => tree.read(`${TOOLCHAIN}/${name}`, 'utf8');
  expect(readdirSync(join(examples, 'toolchain', TOOLCHAIN)).sort()).toEqual(tree.children(TOOLCHAIN).sort());
  for (const name of ['Dockerfile', 'VERSION'])
    expect(read(`toolchain/${TOOLCHAIN}/${name}`)).toBe(written(name));
  expect(json(read(`toolchain/${TOOLCHAIN}/project.json`))).toEqual(json(written('project.json')));
});

test('addConsumer() writes what examples/toolchain/library has', () => {
  const project = 'toolchains/tcc/project.json';
  const tree = testTree({ [project]: read(`toolchain/${project}`) });
  const options = { project: 'library', system: 'tcc', target: 'build', command: 'sh build.sh' };
  addConsumer(tree, consumerOptions.parse(options));
  expect(json(read('toolchain/library/project.json'))).toEqual(
    json(tree.read('library/project.json', 'utf8')),
  );
});

test('examples/README.md names every example', () => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) expect(read('README.md')).toContain(`](${name})`);
});
