import { describe, expect, test } from 'vitest';
import type { BuildOptionsInput } from '../../../src/options/types.js';
import { buildSteps } from '../../../src/runner/plan/steps.js';
import { type Files, type TestPackage, testPackage } from '../../support/workspace.js';

const PLATFORM: Files = { 'create-build.sh': { content: '#!/bin/sh\n', mode: 0o755 }, VERSION: '1.27.0\n' };

const nervesPackage = (options: BuildOptionsInput = {}, more: TestPackage = {}) =>
  testPackage({ platform: PLATFORM, options, project: 'my_system', ...more });

const argvs = (pkg: Parameters<typeof buildSteps>[0]) =>
  buildSteps(pkg, '/nerves/build', {}).map(({ name, argv }) => [name, ...argv]);

describe('buildSteps(): the commands of a build', () => {
  test('are exactly those of Nerves', async () => {
    const pkg = await nervesPackage({ build_runner_opts: { make_args: ['PARALLEL_JOBS=8', 'V=1'] } });
    const steps = buildSteps(pkg, '/nerves/build', {});
    for (const { argv, shown } of steps) expect(shown).toEqual(argv);
    expect(steps.map(({ shown, ...step }) => step)).toEqual([
      {
        name: 'create-build',
        argv: [
          '/nerves/env/platform/create-build.sh',
          '/nerves/env/my_system/nerves_defconfig',
          '/nerves/build',
        ],
        workdir: '/nerves/build',
      },
      {
        name: 'make',
        argv: ['make', 'PARALLEL_JOBS=8', 'V=1'],
        workdir: '/nerves/build',
      },
      {
        name: 'make system',
        argv: ['make', 'system', `NERVES_ARTIFACT_NAME=${pkg.downloadName}`],
        workdir: '/nerves/build',
      },
    ]);
  });

  test('have no arguments for make by default', async () => {
    expect(argvs(await nervesPackage())[1]).toEqual(['make', 'make']);
  });

  test('pass an argument as one argument, whatever is in it', async () => {
    const odd = ['A=b c', "B='x' $(y)", '', '{workdir}'];
    const [, make] = argvs(await nervesPackage({ build_runner_opts: { make_args: odd } }));
    expect(make).toEqual(['make', 'make', ...odd]);
  });

  test("take the caller's values into make_args, and show {env:NAME}", async () => {
    const make_args = ['SITE={env:SITE}', 'JOBS={env:JOBS}', 'all'];
    const commands = { make: ['sh', '-c', 'make {make_args}', '{make_args}'] };
    const env = { SITE: 'http://me:secret@mirror/' };
    const pkg = await nervesPackage({ build_runner_opts: { make_args, commands } });
    expect(buildSteps(pkg, '/nerves/build', env)[1]).toMatchObject({
      argv: ['sh', '-c', `make SITE=${env.SITE} all`, `SITE=${env.SITE}`, 'all'],
      shown: ['sh', '-c', 'make SITE={env:SITE} JOBS={env:JOBS} all', ...make_args],
    });
  });

  test("take the caller's value into a shell line as one word", async () => {
    const build_runner_opts = { make_args: ['SITE={env:SITE}'], commands: { make: 'make {make_args} all' } };
    const [, make] = buildSteps(await nervesPackage({ build_runner_opts }), '/nerves/build', {
      SITE: 'a; b',
    });
    expect(make?.argv.at(-1)).toBe("make 'SITE=a; b' all");
    expect(make?.shown.at(-1)).toBe("make 'SITE={env:SITE}' all");
  });

  test('have {env:NAME} in no command, where a shell would read the value again', async () => {
    const commands = { make: ['sh', '-c', 'make SITE={env:SITE} $(x) {{env:SITE}}'] };
    const pkg = await nervesPackage({ build_runner_opts: { commands } });
    const hint =
      'Write it in "make_args", and {make_args} in the command; or "env": {"SITE": null}, and "$SITE" in a shell.';
    expect(() => argvs(pkg)).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: expect.stringContaining('{env:SITE} is for make_args alone'),
        hint,
      }),
    );
    const escaped = { make: ['sh', '-c', `make {{env:SITE}} \${env:SITE}`] };
    const other = await nervesPackage({ build_runner_opts: { commands: escaped } });
    expect(argvs(other)[1]).toEqual(['make', 'sh', '-c', `make {env:SITE} \${env:SITE}`]);
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

  test('are the scripts of nerves_toolchain_ctng, below the build directory, which build.sh could not remove', async () => {
    const mixfile = 'defmodule C do\n  def project, do: [app: :nerves_toolchain_ctng]\nend\n';
    const pkg = await testPackage({
      platform: { VERSION: '1.12.0\n', 'mix.exs': mixfile },
      project: 'tool',
      options: { type: 'toolchain', platform_config: { defconfig: 'defconfig' } },
    });
    const [build, pack, ...more] = argvs(pkg);
    const script = '/nerves/env/platform/build.sh';
    expect(build?.slice(-3)).toEqual([script, '/nerves/env/tool/defconfig', '/nerves/build/toolchain']);
    expect(pack?.slice(1)).toEqual([
      '/nerves/env/platform/scripts/archive.sh',
      '/nerves/build/toolchain',
      `/nerves/build/${pkg.archiveFile}`,
    ]);
    expect(more).toEqual([]);
  });

  test('have no create-build without a platform, unless it is their own', async () => {
    const options = (commands: object) => ({ build_runner_opts: { commands } });
    const without = await testPackage({ options: options({ make: ['true'] }) });
    expect(argvs(without).map(([name]) => name)).toEqual(['make', 'make system']);
    const own = await testPackage({ options: options({ create_build: ['cmake', '-S', '{package_dir}'] }) });
    expect(argvs(own)[0]).toEqual(['create-build', 'cmake', '-S', '/nerves/env/alpha']);
  });

  test('can be a shell line, in which a value is one word, and each argument of make is one', async () => {
    const pkg = await nervesPackage({
      platform_config: { defconfig: "configs/it's one" },
      build_runner_opts: {
        make_args: ['-j2', 'CFLAGS=-O2 -g', '$(id)', ''],
        commands: {
          create_build: '{make_args}',
          make: 'make -C {package_dir} {make_args} | tee "$HOME/log" && awk \'{{print}}\' {defconfig}',
          archive: 'tar -czf {artifact_name}.tar.gz out',
        },
      },
    });
    const args = "-j2 'CFLAGS=-O2 -g' '$(id)' ''";
    const make = `make -C /nerves/env/my_system ${args} | tee "$HOME/log" && awk '{print}' '/nerves/env/my_system/configs/it'\\''s one'`;
    expect(argvs(pkg)).toEqual([
      ['create-build', 'sh', '-c', args],
      ['make', 'sh', '-c', make],
      ['make system', 'sh', '-c', `tar -czf ${pkg.downloadName}.tar.gz out`],
    ]);
  });

  test('a shell line with an unknown placeholder is refused', async () => {
    const pkg = await nervesPackage({ build_runner_opts: { commands: { make: 'make O={work_dir}' } } });
    expect(() => argvs(pkg)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });
});
