import { execFileSync } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { build } from '../../src/runner/build.js';
import { shell } from '../../src/runner/shell.js';
import { BUILDROOT, DIFFERENCE, EXTRACTING, platform as platformFiles } from '../support/platform.js';
import { Captured, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { TOOLBOX, testPackage, writeFiles } from '../support/workspace.js';

const TREE = `buildroot-${BUILDROOT}`;
const options = {
  platform: 'platform',
  build_runner_config: { docker: { tag: TOOLBOX, pull: 'never' as const } },
};

let [alpha, beta] = [{} as Package, {} as Package];
let platform = '';
beforeEach(async () => {
  alpha = await testPackage({ platform: platformFiles, options });
  beta = await testPackage({ project: 'beta', workspaceRoot: alpha.workspaceRoot, options });
  platform = join(alpha.workspaceRoot, 'platform');
});

/** The log of a build. */
async function buildOf(pkg: Package, user?: { uid: number; gid: number }): Promise<string> {
  await build(pkg, { ...testRun(pkg, user && { user }), archived: false });
  return await stepOutput(pkg.paths.log);
}

const greeting = (pkg: Package) => readFile(join(pkg.paths.artifact, 'images/greeting'), 'utf8');

/** Every file below package and platform but our outputs, with type, mode, size, time and what a link says. */
function snapshot(): string {
  const script =
    "find systems platform -name .nerves -prune -o -name 'build.log*' -prune -o -type d -printf '%p %m\\n' -o -printf '%p %y %m %s %T@ %l\\n' | sort";
  return execFileSync('sh', ['-c', script], { cwd: alpha.workspaceRoot, encoding: 'utf8' });
}

test("build(): archive() builds two systems at once on an unchanged host, and unpacks the platform's tree once", async () => {
  const before = snapshot();
  for (const log of await Promise.all([buildOf(alpha), buildOf(beta)])) expect(log).toContain(EXTRACTING);
  expect(snapshot()).toBe(before);
  for (const log of await Promise.all([buildOf(alpha), buildOf(beta)])) {
    expect(log).not.toContain(EXTRACTING);
    expect(log).toContain('>>> toy 1.0 Building');
  }
  expect(snapshot()).toBe(before);
  expect([await greeting(alpha), await greeting(beta)]).toEqual(['greeting=patched\n', 'greeting=patched\n']);
});

test('build(): archive() uses another tree for another patch, without a prompt', async () => {
  await buildOf(alpha);
  await writeFiles(platform, { 'patches/buildroot/0001-greeting.patch': 'greeting=again\n' });
  const log = await buildOf(alpha);
  expect(log).toContain(EXTRACTING);
  expect(log).not.toContain('Press return');
  expect(await greeting(alpha)).toBe('greeting=again\n');
});

describe("runStep() shows create-build's advice to rebuild clean as one note with the command for it", () => {
  const NOTE = /^note: create-build .* rebuild clean; `nx run alpha:build-artifact:ci --fresh` .*$/gm;
  const patch = (text: string) => writeFiles(platform, { 'patches/buildroot/0001-greeting.patch': text });
  /** A run of the target in a configuration, and what it shows. */
  const started = () => {
    const run = testRun(alpha);
    const settings = { ...run.settings, buildTarget: 'alpha:build-artifact:ci' };
    return { ...run, settings, archived: false as const };
  };

  test('in a build, once, also when it succeeds', async () => {
    await build(alpha, started());
    await patch('greeting=again\n');
    const run = started();
    await build(alpha, run);
    expect(await stepOutput(alpha.paths.log)).toContain(DIFFERENCE);
    expect(run.stdout.text.match(NOTE)).toHaveLength(1);
    const next = started();
    await build(alpha, next);
    expect(next.stdout.text).not.toContain('note:');
  });

  test('in what a shell does before it opens', async () => {
    await build(alpha, started());
    await patch('greeting=again\n');
    const run = started();
    const terminal = {
      stdin: new PassThrough(),
      stdout: new Captured(),
      stderr: new Captured(),
      isTTY: false,
    };
    expect(await shell(alpha, { ...run, terminal, command: 'true' })).toBe(0);
    expect(run.stdout.text.match(NOTE)).toHaveLength(1);
  });

  test('in the error of a create-build that fails after it', async () => {
    await build(alpha, started());
    await patch('greeting=again\n');
    await writeFiles(platform, { 'hold.sh': { content: '#!/bin/sh\nexit 3\n', mode: 0o755 } });
    const run = started();
    await expect(build(alpha, run)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      hint: expect.stringContaining('`nx run alpha:build-artifact:ci --fresh`'),
    });
    expect(run.stdout.text.match(NOTE)).toHaveLength(1);
  });
});

test('build(): archive() builds a package with the Config.in that it brings', async () => {
  await writeFiles(alpha.root, { 'Config.in': '# mine\n' });
  await buildOf(alpha);
  expect(await readFile(join(alpha.root, 'Config.in'), 'utf8')).toBe('# mine\n');
});

test.each([
  ['on the host', (path: string) => path],
  ["by Nerves' own container", () => '/nerves/env/platform'],
])('a tree that was unpacked %s before is no source: the build unpacks its own', async (_, whereItWas) => {
  await writeFiles(platform, {
    [`${TREE}/.nerves-br-state`]: execFileSync('scripts/buildroot-state.sh', [BUILDROOT, 'patches'], {
      cwd: platform,
    })
      .toString()
      .trimStart(),
    [`${TREE}/greeting`]: 'greeting=of the host\n',
    [`${TREE}/Makefile`]: 'all:\n\tfalse\n',
  });
  await symlink(join(whereItWas(platform), TREE), join(platform, 'buildroot'));
  const before = snapshot();
  expect(await buildOf(alpha)).toContain(EXTRACTING);
  expect(await greeting(alpha)).toBe('greeting=patched\n');
  expect(snapshot()).toBe(before);
});

test('build(): archive() copies a platform that was fetched into the package once, as the platform', async () => {
  const tree = Object.fromEntries(
    Object.entries(platformFiles).map(([name, file]) => [`deps/nerves_system_br/${name}`, file]),
  );
  const files = { VERSION: '0.1.0\n', nerves_defconfig: '', 'deps/other/file': '', ...tree };
  const list = 'find /nerves/env/gamma/deps /nerves/env/platform -maxdepth 1';
  const create_build = [
    'sh',
    '-ec',
    `${list}; exec /nerves/env/platform/create-build.sh $1 $2`,
    'sh',
    '{defconfig}',
    '{workdir}',
  ];
  const pkg = await testPackage({
    ...{ project: 'gamma', files, platform: platformFiles },
    options: { ...options, build_runner_opts: { commands: { create_build } } },
  });
  const root = join(pkg.root, 'deps/nerves_system_br');
  const log = await buildOf({ ...pkg, platform: { name: 'nerves_system_br', version: '1.29.0', root } });
  expect(log).toContain('/nerves/env/gamma/deps/other\n');
  expect(log).not.toContain('/nerves/env/gamma/deps/nerves_system_br');
  expect(log).toContain('/nerves/env/platform/create-build.sh\n');
  expect(log).toContain(EXTRACTING);
});
