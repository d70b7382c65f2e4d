import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build } from '../../src/runner/build.js';
import { containersOf, testEngine, testRun } from '../support/runner.js';
import { engineSeesUs } from '../support/seen.js';
import { stepOutput } from '../support/step-output.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

const seen = await engineSeesUs();

test('build(): cold, incremental, and then from the cache without an engine', { tags: 'quick' }, async () => {
  const pkg = await testPackage({
    options: busyboxOptions('echo ">>> toy 1.0 Building"; echo run >>runs; wc -l <runs'),
  });
  const cold = testRun(pkg);
  expect(await build(pkg, { ...cold, archived: false })).toMatchObject({ unpacked: true });
  expect(cold.stdout.text).toMatch(/^\[ 0:\d\d\] >>> toy 1\.0 Building$/m);
  expect(await readFile(join(pkg.paths.artifact, 'images/rootfs'), 'utf8')).toBe('image\n');
  await build(pkg, { ...testRun(pkg), archived: false });
  expect(await stepOutput(pkg.paths.log)).toBe('>>> toy 1.0 Building\n2\n');
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
  const nowhere = { ...process.env, DOCKER_HOST: 'unix:///nonexistent' };
  expect(await build(pkg, { ...testRun(pkg, { env: nowhere }), archived: true })).toMatchObject({
    unpacked: false,
  });
});

test('archive(): a changed file of a path with commas, quotes and spaces reaches the next build; many files and a large one arrive', async () => {
  const directory = `systems/a, b:c "d" 'e' äöü [x] $y`;
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_, n) => [`src/${n % 20}/${n}.c`, `int n${n};\n`]),
  );
  const files = {
    VERSION: '0.1.0\n',
    nerves_defconfig: '',
    large: 'x'.repeat(20_000_000),
    'src/a, b': 'first\n',
    ...many,
  };
  const script =
    'cd {package_dir}; cat "src/a, b"; find src -type f | wc -l; wc -c <large; head -c 3000000 /dev/zero | tr "\\\\0" y; echo';
  const base = busyboxOptions();
  const commands = { ...base.build_runner_opts?.commands, make: script };
  const pkg = await testPackage({ directory, files, options: { ...base, build_runner_opts: { commands } } });
  const log = async () => {
    await build(pkg, { ...testRun(pkg), archived: false });
    return (await stepOutput(pkg.paths.log)).replaceAll(/y{3000000}/g, '3 MB');
  };
  expect(await log()).toBe('first\n501\n20000000\n3 MB\n');
  await writeFile(join(pkg.root, 'src/a, b'), 'second\n');
  expect(await log()).toBe('second\n501\n20000000\n3 MB\n');
});

test('build(): a step that fails is told with its exit code, and leaves no container', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo "x.c:1: error: the first"; exit 7') });
  const run = build(pkg, { ...testRun(pkg), archived: false });
  await expect(run).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    exitCode: 7,
    message: expect.stringContaining('x.c:1: error: the first'),
  });
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
  expect(existsSync(join(pkg.paths.artifact, 'CHECKSUM'))).toBe(false);
});

test('archive(): a mount of what is not there is an error, and makes nothing on the host', async () => {
  const pkg = await testPackage({
    options: busyboxOptions('true', {
      build_runner_config: { mounts: [{ type: 'bind', source: 'not/there', target: '/mnt' }] },
    }),
  });
  const run = build(pkg, { ...testRun(pkg), archived: false });
  await expect(run).rejects.toMatchObject({ message: expect.stringContaining('not/there') });
  expect(existsSync(join(pkg.root, 'not'))).toBe(false);
});

test.runIf(seen)('archive(): mounts of the user, one read-only, with commas in their paths', async () => {
  const mounts = [
    { type: 'bind' as const, source: 'in, put', target: '/in, put', readonly: true },
    { type: 'bind' as const, source: 'out', target: '/out' },
  ];
  const script = 'cat "/in, put/file" >/out/copy; touch "/in, put/new" 2>/dev/null || echo read-only';
  const files = { VERSION: '0.1.0\n', nerves_defconfig: '', 'in, put/file': 'mounted\n', 'out/.keep': '' };
  const pkg = await testPackage({
    files,
    options: busyboxOptions(script, { build_runner_config: { mounts } }),
  });
  await build(pkg, { ...testRun(pkg), archived: false });
  expect(await readFile(join(pkg.root, 'out/copy'), 'utf8')).toBe('mounted\n');
  expect(await stepOutput(pkg.paths.log)).toBe('read-only\n');
});
