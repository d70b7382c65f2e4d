import { expect, test } from 'vitest';
import type { BuildOptionsInput } from '../../../src/options/types.js';
import { packRecipe, planPack } from '../../../src/runner/plan/pack.js';
import { buildSteps } from '../../../src/runner/plan/steps.js';
import { testPackage } from '../../support/workspace.js';

const packageWith = (opts: BuildOptionsInput['build_runner_opts']) =>
  testPackage({ options: { build_runner_opts: opts } });

test('buildSteps() leaves out make system where `files` says what is packed, and makes the rest as ever', async () => {
  const pkg = await packageWith({ files: ['x'], make_args: ['-j2'] });
  expect(buildSteps(pkg, '/nerves/build', {})).toMatchObject([
    { name: 'make', argv: ['make', '-j2'], workdir: '/nerves/build' },
  ]);
  expect(planPack(pkg)).toMatchObject({ artifact: pkg.downloadName, file: pkg.archiveFile, searched: ['x'] });
});

test('planPack() and packRecipe() have nothing to say without `files`', async () => {
  const pkg = await packageWith({ commands: { make: 'make' } });
  expect(planPack(pkg)).toBeUndefined();
  expect(packRecipe(pkg)).toEqual({});
});

test('packRecipe() has the archive, and every rule with its place, so that a key changes with each', async () => {
  const pkg = await packageWith({ files: ['bin/hello', '!**/*.o', { from: 'out/*', to: 'lib/' }] });
  expect(packRecipe(pkg)).toEqual({ pack: [pkg.archiveFile, 'bin/hello', '!**/*.o', 'out/* -> lib/'] });
});
