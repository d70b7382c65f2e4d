import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BuildOptionsInput } from '../../../src/options/schema.js';
import { buildSteps, checkSources, shellSpec, sourcesOf } from '../../../src/runner/plan/steps.js';
import { type Files, type TestPackage, testPackage } from '../../support/workspace.js';

const PLATFORM: Files = { 'create-build.sh': { content: '#!/bin/sh\n', mode: 0o755 }, VERSION: '1.27.0\n' };

const nervesPackage = (options: BuildOptionsInput = {}, more: TestPackage = {}) =>
  testPackage({ platform: PLATFORM, options, project: 'my_system', ...more });

const argvs = (pkg: Parameters<typeof buildSteps>[0]) =>
  buildSteps(pkg, '/nerves/build', '1000:1000').map(({ name, spec }) => [name, ...spec.argv]);

describe('the commands of a build', () => {
  test('are exactly those of Nerves', async () => {
    const pkg = await nervesPackage({ build_runner_opts: { make_args: ['PARALLEL_JOBS=8', 'V=1'] } });
    expect(buildSteps(pkg, '/nerves/build', '1000:1000')).toEqual([
      {
        name: 'create-build',
        spec: {
          argv: [
            '/nerves/env/platform/create-build.sh',
            '/nerves/env/my_system/nerves_defconfig',
            '/nerves/build',
          ],
          workdir: '/nerves/build',
          user: '1000:1000',
        },
      },
      {
        name: 'make',
        spec: { argv: ['make', 'PARALLEL_JOBS=8', 'V=1'], workdir: '/nerves/build', user: '1000:1000' },
      },
      {
        name: 'make system',
        spec: {
          argv: ['make', 'system', `NERVES_ARTIFACT_NAME=${pkg.downloadName}`],
          workdir: '/nerves/build',
          user: '1000:1000',
        },
      },
    ]);
  });

  test('without arguments make has none', async () => {
    expect(argvs(await nervesPackage())[1]).toEqual(['make', 'make']);
  });

  test('an argument is one argument, whatever is in it', async () => {
    const odd = ['A=b c', "B='x' $(y)", '', '{workdir}'];
    const [, make] = argvs(await nervesPackage({ build_runner_opts: { make_args: odd } }));
    expect(make).toEqual(['make', 'make', ...odd]);
  });

  test('take another defconfig', async () => {
    const pkg = await nervesPackage({ platform_config: { defconfig: 'configs/rpi4_defconfig' } });
    expect(argvs(pkg)[0]?.[2]).toBe('/nerves/env/my_system/configs/rpi4_defconfig');
  });

  test("can be the package's own, each by itself, with all that is replaced in them", async () => {
    const own = [
      '{package_dir}',
      '{platform_dir}',
      '{defconfig}',
      '{workdir}',
      '{artifact_name}',
      '{make_args}',
    ];
    const pkg = await nervesPackage({
      build_runner_opts: {
        make_args: ['-j2', 'all'],
        commands: { make: ['sh', '-c', 'x {make_args}', ...own] },
      },
    });
    expect(argvs(pkg)).toEqual([
      expect.arrayContaining(['create-build']),
      [
        ...['make', 'sh', '-c', 'x -j2 all', '/nerves/env/my_system', '/nerves/env/platform'],
        ...['/nerves/env/my_system/nerves_defconfig', '/nerves/build', pkg.downloadName, '-j2', 'all'],
      ],
      ['make system', 'make', 'system', `NERVES_ARTIFACT_NAME=${pkg.downloadName}`],
    ]);
  });

  test('have no create-build without a platform, unless it is their own', async () => {
    const options = (commands: object) => ({ build_runner_opts: { commands } });
    const without = await testPackage({ options: options({ make: ['true'] }) });
    expect(argvs(without).map(([name]) => name)).toEqual(['make', 'make system']);
    const own = await testPackage({ options: options({ create_build: ['cmake', '-S', '{package_dir}'] }) });
    expect(argvs(own)[0]).toEqual(['create-build', 'cmake', '-S', '/nerves/env/alpha']);
  });
});

test('the sources are the package, and the platform when there is one', async () => {
  const pkg = await nervesPackage();
  const own = { from: pkg.root, name: 'my_system' };
  expect(sourcesOf(pkg)).toEqual([
    { from: join(pkg.workspaceRoot, 'platform'), name: 'platform' },
    { ...own, exclude: '../../platform' },
  ]);
  expect(sourcesOf({ ...pkg, platform: undefined })).toEqual([own]);
});

test('the shell is one command line for sh, or the best shell there is', () => {
  const user = { uid: 1000, gid: 100, script: ':', sudo: false };
  expect(shellSpec('/nerves/build', user, 'make menuconfig && echo "$HOME"')).toEqual({
    argv: ['sh', '-c', 'make menuconfig && echo "$HOME"'],
    workdir: '/nerves/build',
    user: '1000:100',
  });
  expect(shellSpec('/x', user).argv[2]).toMatch(/exec bash;.*exec sh;/);
});

describe('before anything is started', () => {
  test('a whole platform and a defconfig are enough', async () => {
    checkSources(await nervesPackage());
  });

  test('a platform without create-build.sh is none', async () => {
    const pkg = await nervesPackage();
    await rm(join(pkg.workspaceRoot, 'platform/create-build.sh'));
    expect(() => checkSources(pkg)).toThrow(
      expect.objectContaining({
        code: 'PLATFORM_MISSING',
        message: expect.stringContaining('platform/create-build.sh does not exist'),
      }),
    );
  });

  test('a create-build.sh that is not executable is told with the command that mends it', async () => {
    const pkg = await nervesPackage();
    const script = join(pkg.workspaceRoot, 'platform/create-build.sh');
    await chmod(script, 0o644);
    expect(() => checkSources(pkg)).toThrow(
      expect.objectContaining({
        code: 'CREATE_BUILD_NOT_EXECUTABLE',
        hint: `chmod +x ${script} (and commit it: git update-index --chmod=+x)`,
      }),
    );
  });

  test('the defconfig must be a file', async () => {
    const pkg = await nervesPackage();
    const defconfig = join(pkg.root, 'nerves_defconfig');
    const missing = expect.objectContaining({
      code: 'DEFCONFIG_MISSING',
      message: expect.stringContaining(`${defconfig} does not exist`),
      hint: 'Correct "platform_config.defconfig", a path inside the package.',
    });
    await rm(defconfig);
    expect(() => checkSources(pkg)).toThrow(missing);
    await mkdir(defconfig);
    expect(() => checkSources(pkg)).toThrow(missing);
  });

  test("a package's own commands need none of these", async () => {
    const own = await nervesPackage({ build_runner_opts: { commands: { create_build: ['true'] } } });
    await rm(join(own.root, 'nerves_defconfig'));
    await rm(join(own.workspaceRoot, 'platform/create-build.sh'));
    checkSources(own);
    checkSources(await testPackage());
  });
});
