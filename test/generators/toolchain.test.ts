import { expect, test } from 'vitest';
import { createToolchain } from '../../src/generators/toolchain/create-toolchain.js';
import toolchainGenerator from '../../src/generators/toolchain/generator.js';
import { buildOptions } from '../../src/options/schema.js';
import { filesIn, refusal, testTree } from './support/tree.js';

function make(files: Record<string, string> = {}, more: object = {}) {
  const tree = testTree(files);
  const { lines } = createToolchain(tree, { name: 'riscv', ...more });
  return { tree, lines, read: (file: string) => tree.read(`toolchains/riscv/${file}`, 'utf8') ?? '' };
}

test('createToolchain(): toolchainGenerator() creates a complete package', () => {
  const { tree, lines, read } = make();
  expect(tree.children('toolchains/riscv').sort()).toEqual([
    'Dockerfile',
    'VERSION',
    'defconfig',
    'project.json',
  ]);
  const { name, targets } = JSON.parse(read('project.json'));
  expect([name, Object.keys(targets)]).toEqual(['riscv', ['build-artifact']]);
  const { executor, options } = targets['build-artifact'];
  expect(executor).toBe('nx-docker-artifact:build');
  expect(buildOptions.safeParse(options).success).toBe(true);
  expect(options).toMatchObject({
    type: 'toolchain',
    checksum: ['defconfig', 'VERSION', 'Dockerfile'],
    build_runner_config: { docker: ['Dockerfile', 'riscv_builder:1'] },
    build_runner_opts: {
      commands: {
        create_build: `(echo 'CT_LOCAL_TARBALLS_DIR="/nerves/dl"'; cat {defconfig}) >defconfig && ct-ng defconfig`,
        make: 'CT_PREFIX={workdir}/x-tools ct-ng build',
      },
      files: [{ from: 'x-tools/*/*', to: './' }],
    },
  });
  expect(read('Dockerfile')).toMatch(/^USER builder$/m);
  expect(read('defconfig')).toContain('DEFCONFIG=/nerves/env/riscv/defconfig ct-ng savedefconfig\n');
  expect(lines).toEqual([
    'riscv is now in toolchains/riscv. Write its defconfig, then: nx run riscv:build-artifact',
  ]);
});

test('createToolchain(): toolchainGenerator() keeps and reports an existing file, and changes nothing in a second run', () => {
  const { tree, lines, read } = make({ 'toolchains/riscv/defconfig': 'CT_ARCH_RISCV=y\n' });
  expect(read('defconfig')).toBe('CT_ARCH_RISCV=y\n');
  const kept = 'Kept, though different from a new one: toolchains/riscv/defconfig';
  expect(lines.slice(1)).toEqual([kept]);
  const before = filesIn(tree);
  expect(createToolchain(tree, { name: 'riscv' }).lines).toEqual([
    'riscv is already in toolchains/riscv.',
    kept,
  ]);
  expect(filesIn(tree)).toEqual(before);
});

test('createToolchain(): toolchainGenerator() accepts another directory', () => {
  const { tree } = make({}, { directory: 'cross/riscv/' });
  expect(tree.exists('cross/riscv/project.json')).toBe(true);
});

test.each([
  [{ name: 'RISCV' }, /option "name": "RISCV" cannot name an image/],
  [{ directory: '../x' }, /option "directory": "\.\.\/x" lies outside the workspace/],
])('createToolchain(): toolchainGenerator() refuses %j', async (more, expected) => {
  const tree = testTree();
  expect(await refusal(tree, () => createToolchain(tree, { name: 'riscv', ...more }))).toMatch(expected);
});

test('createToolchain(): toolchainGenerator() sets up the workspace too', async () => {
  const tree = testTree();
  await toolchainGenerator(tree, { name: 'riscv' });
  expect(JSON.parse(tree.read('nx.json', 'utf8') ?? '').plugins).toEqual(['nx-docker-artifact/plugin']);
  expect(await refusal(tree, () => toolchainGenerator(tree, { nane: 'x' }))).toContain(
    'unknown option "nane" (did you mean "name"?)',
  );
});
