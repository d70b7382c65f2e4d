import { expect, test } from 'vitest';
import { buildOptions } from '../../../src/options/schema.js';
import { compressing, compressionOf, compressRecipe } from '../../../src/runner/compress/compression.js';
import { testPackage } from '../../support/workspace.js';

const opts = { commands: { make: 'true', archive: 'true' } };

test('buildOptions takes pigz and zstd for compress, and nothing else', () => {
  const parse = (compress: string) => buildOptions.safeParse({ build_runner_opts: { compress } }).success;
  expect(['pigz', 'zstd', 'gzip', ''].map(parse)).toEqual([true, true, false, false]);
});

test('compressRecipe() names the program; without the option a recipe is what it was', async () => {
  const recipe = async (more: object, type?: 'toolchain') =>
    compressRecipe(await testPackage({ options: { type, build_runner_opts: { ...opts, ...more } } }));
  expect(await recipe({})).toEqual({});
  expect(await recipe({ compress: 'zstd' })).toEqual({ compress: ['zstd'] });
  expect(await recipe({ compress: 'pigz' }, 'toolchain')).toEqual({}); // a .tar.xz
});

test('compressionOf() leaves name, checksum and archive of the package as they are', async () => {
  const plain = await testPackage({ options: { build_runner_opts: opts } });
  const pkg = await testPackage({ options: { build_runner_opts: { ...opts, compress: 'zstd' } } });
  expect(compressionOf(pkg)).toEqual({ program: 'zstd', file: pkg.archiveFile });
  expect([pkg.name, pkg.checksum, pkg.archiveFile]).toEqual([plain.name, plain.checksum, plain.archiveFile]);
});

test('compressing() shows a step as it was', () => {
  const step = { name: 'make system' as const, argv: ['make', 'a b'], shown: ['make'], workdir: '/w' };
  expect(compressing(step, undefined)).toBe(step);
  const { argv, ...rest } = compressing(step, { program: 'pigz', file: 'a.tar.gz' });
  expect([argv.slice(-2), rest]).toEqual([
    ['make', 'a b'],
    { name: step.name, shown: ['make'], workdir: '/w' },
  ]);
});
