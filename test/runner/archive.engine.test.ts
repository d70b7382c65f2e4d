import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build } from '../../src/runner/build.js';
import { containersOf, testEngine, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { until } from '../support/wait.js';
import { busyboxOptions, TOOLBOX, testPackage } from '../support/workspace.js';

test('archive() builds an archive, which build() unpacks, and leaves no container', async () => {
  const pkg = await testPackage();
  const deps = testRun(pkg);
  const result = await build(pkg, { ...deps, archived: false });
  expect(result.unpacked).toBe(true);
  expect((await readdir(pkg.paths.archive)).sort()).toEqual([
    `${pkg.downloadName}.provenance.json`,
    pkg.archiveFile,
    `${pkg.archiveFile}.sha256`,
    `${pkg.downloadName}.timing.json`,
  ]);
  expect(await readFile(join(pkg.paths.artifact, 'images/rootfs'), 'utf8')).toBe('image\n');
  expect(await readFile(join(pkg.paths.artifact, 'CHECKSUM'), 'utf8')).toBe(pkg.checksum);
  expect(await readFile(join(pkg.paths.artifact, '.docker_id'), 'utf8')).toMatch(/^[a-z0-9]{16}$/);
  expect(deps.stdout.text).toMatch(/^\[ 0:0\d\] >>> busybox 1\.0 Building$/m);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
});

test('archive() finds what the first build left in the volume', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo run >>runs; wc -l <runs') });
  const deps = testRun(pkg);
  await build(pkg, { ...deps, archived: false });
  await build(pkg, { ...deps, archived: false });
  expect((await stepOutput(pkg.paths.log)).trim()).toBe('2');
  expect((await stepOutput(pkg.paths.previousLog)).trim()).toBe('1');
});

test.each([
  ['a toolchain, as .tar.xz', 'toolchain', '.tar.xz', 'tar cJf'],
  ['a system that its platform compresses with zstd', 'system', '.tar.zst', 'tar --zstd -cf'],
] as const)(
  'archive() and build() preserve links of every kind, modes and times, %s',
  async (_, type, extension, tar) => {
    const make =
      'umask 022; mkdir -p $1/bin $1/empty; cd $1; echo content >bin/tool; chmod 4755 bin/tool; ln bin/tool bin/hard; ln -s tool bin/relative; ln -s /nerves/build/x absolute; ln -s gone dangling; touch -d @1500000000 bin/tool bin; cd ..';
    const archive = ['sh', '-ec', `${make}; ${tar} $1${extension} $1; rm -r $1`, 'sh', '{artifact_name}'];
    const docker = { tag: TOOLBOX, pull: 'never' as const };
    const options = {
      type,
      build_runner_config: { docker },
      build_runner_opts: { commands: { make: ['true'], archive } },
    };
    const pkg = await testPackage({ options });
    await build(pkg, { ...testRun(pkg), archived: false });
    expect((await readdir(pkg.paths.archive)).sort()).toEqual(
      ['.provenance.json', extension, `${extension}.sha256`].map((end) => pkg.downloadName + end),
    );
    const at = (name: string) => join(pkg.paths.artifact, name);
    const [tool, hard, bin] = await Promise.all(
      ['bin/tool', 'bin/hard', 'bin'].map((name) => lstat(at(name))),
    );
    expect(hard?.ino).toBe(tool?.ino);
    expect([tool?.mtimeMs, bin?.mtimeMs]).toEqual([1_500_000_000_000, 1_500_000_000_000]);
    expect((tool?.mode ?? 0) & 0o777).toBe(0o755);
    expect(
      await Promise.all(['bin/relative', 'absolute', 'dangling'].map((name) => readlink(at(name)))),
    ).toEqual(['tool', '/nerves/build/x', 'gone']);
    expect(await readdir(at('empty'))).toEqual([]);
  },
);

test('build(): archive() lets five builds of one package at once wait for each other, and all succeed', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo run >>runs; wc -l <runs; sleep 0.2') });
  const all = Array.from({ length: 5 }, () => testRun(pkg));
  const results = await Promise.all(all.map((deps) => build(pkg, { ...deps, archived: false })));
  expect(results.map(({ artifact }) => artifact)).toEqual(Array(5).fill(pkg.paths.artifact));
  expect((await stepOutput(pkg.paths.log)).trim()).toBe('5'); // each in the volume of the one before
  const holder = `alpha:build-artifact \\(pid ${process.pid} on host \\S+ in ${pkg.workspaceRoot}, since \\S+Z\\)`;
  const waiting = all.filter(({ stdout }) => new RegExp(`^Waiting for ${holder}`, 'm').test(stdout.text));
  expect(waiting).toHaveLength(4);
  expect(await readFile(join(pkg.paths.artifact, 'images/rootfs'), 'utf8')).toBe('image\n');
});

test('archive() without waiting is LOCKED, and the first build continues', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo ">>> go"; sleep 1') });
  const deps = testRun(pkg);
  const first = build(pkg, { ...deps, archived: false });
  await until(() => deps.stdout.text.includes('>>> go'));
  const second = build(pkg, { ...testRun(pkg, { wait: false }), archived: false });
  await expect(second).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining(`pid ${process.pid} `),
  });
  expect((await first).unpacked).toBe(true);
});
