import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { ArtifactError } from '../../src/errors.js';
import { build } from '../../src/runner/build.js';
import { shell } from '../../src/runner/shell.js';
import { Captured, containersOf, type TestRun, testEngine, testRun } from '../support/runner.js';
import { until } from '../support/wait.js';
import { busyboxOptions, type Files, testPackage } from '../support/workspace.js';

/** A terminal of 90 x 30, or pipes. */
function terminal(isTTY: boolean) {
  const stdout = Object.assign(new Captured(), { columns: 90, rows: 30 });
  return { stdin: new PassThrough(), stdout, stderr: new Captured(), isTTY };
}

/** Its shell may ask where the cursor is after the prompt. */
const atPrompt = ({ text }: Captured) => /# (\x1b\[6n)?$/.test(text);

function opened(
  pkg: Package,
  command?: string,
  { isTTY = false, configure, ...more }: TestRun & { isTTY?: boolean; configure?: boolean } = {},
) {
  const io = terminal(isTTY);
  const run = testRun(pkg, more);
  const code = shell(pkg, { ...run, terminal: io, command, configure });
  code.catch(() => {});
  return { ...io, code, report: run.stdout };
}

test('shell() runs a command in the build directory, and returns its exit code', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo built >made') });
  await build(pkg, { ...testRun(pkg), archived: false });
  const { code, stdout, stderr } = opened(pkg, 'pwd; cat made; echo oops >&2; exit 7');
  expect(await code).toBe(7);
  expect(stdout.text).toBe('/nerves/build\nbuilt\n');
  expect(stderr.text).toBe('oops\n');
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
});

test('shell() passes piped input to a command, to its end', async () => {
  const pkg = await testPackage();
  const { code, stdin, stdout } = opened(pkg, 'wc -c; echo end');
  stdin.end(Buffer.alloc(1_000_000, 'x'));
  expect(await code).toBe(0);
  expect(stdout.text).toBe('1000000\nend\n');
});

test('shell() passes much output to a slow reader completely', async () => {
  const pkg = await testPackage();
  let size = 0;
  const { stdin, stderr } = terminal(false);
  const stdout = new PassThrough({ highWaterMark: 1000 });
  const code = shell(pkg, {
    ...testRun(pkg),
    command: 'head -c 3000000 /dev/zero',
    terminal: { stdin, stdout, stderr, isTTY: false },
  });
  const reading = (async () => {
    for await (const chunk of stdout) {
      size += chunk.length;
      if (size % 50 === 0) await new Promise(setImmediate);
    }
  })();
  expect(await code).toBe(0);
  stdout.end();
  await reading;
  expect(size).toBe(3_000_000);
});

test('shell() mounts the package writable, and nothing else of the host', async () => {
  const platform = { 'create-build.sh': { content: '#!/bin/sh\n', mode: 0o755 } };
  const pkg = await testPackage({ platform, options: { platform: 'platform', ...busyboxOptions() } });
  const script = `echo saved >/nerves/env/alpha/nerves_defconfig
echo mine >/nerves/env/platform/create-build.sh
grep -vE ' (/proc|/sys|/dev)' /proc/mounts | grep -o ' /nerves[^ ]*\\| /host[^ ]*' | sort`;
  const { code, stdout } = opened(pkg, script);
  expect(await code).toBe(0);
  expect(await readFile(join(pkg.root, 'nerves_defconfig'), 'utf8')).toBe('saved\n');
  expect((await stat(join(pkg.root, 'nerves_defconfig'))).uid).toBe(process.getuid?.());
  expect(await readFile(join(pkg.workspaceRoot, 'platform/create-build.sh'), 'utf8')).toBe('#!/bin/sh\n');
  expect(stdout.text.trim().split(/\s+/)).toEqual([
    '/nerves/build',
    '/nerves/dl',
    '/nerves/env',
    '/nerves/env/alpha',
  ]);
});

test('shell() says what is a copy, on standard error to a command; a build says what of it was undone', async () => {
  const platform: Files = { 'create-build.sh': { content: '#!/bin/sh\n', mode: 0o755 } };
  for (const name of ['a', 'b', 'c', 'd', 'e']) platform[name] = '';
  const pkg = await testPackage({ platform, options: { platform: 'platform', ...busyboxOptions() } });
  const root = join(pkg.workspaceRoot, 'platform');
  const copy = `/nerves/env/platform is a copy of ${root}: changes to its files do not reach the host, and are undone before the next build\n`;
  const command = opened(
    pkg,
    'cd /nerves/env/platform; for name in a b c d; do echo x >$name; done; rm e; echo out',
  );
  expect(await command.code).toBe(0);
  expect([command.stdout.text, command.stderr.text]).toEqual(['out\n', copy]);
  const undone =
    'Undone in /nerves/env/platform, a copy that was changed in the container: a, b, c, and 2 more\n';
  const [first, second] = [testRun(pkg), testRun(pkg)];
  await build(pkg, { ...first, archived: false });
  expect(first.stdout.text).toContain(undone);
  await build(pkg, { ...second, archived: false });
  expect(second.stdout.text).not.toContain('Undone');
  const typed = opened(pkg, undefined, { isTTY: true });
  await until(() => atPrompt(typed.stdout));
  typed.stdin.write('exit\n');
  expect(await typed.code).toBe(0);
  expect(typed.report.text).toContain(copy);
  expect(typed.stderr.text).toBe('');
});

test('shell() on a terminal provides a real one, of the user’s size, and runs what is typed', async () => {
  const pkg = await testPackage();
  const { code, stdin, stdout } = opened(pkg, undefined, { isTTY: true });
  await until(() => atPrompt(stdout));
  stdin.write('stty size\n');
  await until(() => stdout.text.includes('30 90'));
  stdout.columns = 100;
  stdout.emit('resize');
  stdin.write('sleep 1; stty size\n');
  await until(() => stdout.text.includes('30 100'));
  stdin.write('sleep 60\n');
  await until(() => stdout.text.includes('sleep 60'));
  stdin.write('\x03');
  stdin.write('exit 5\n');
  expect(await code).toBe(5);
});

test('shell() waits for a build that is running', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo ">>> go"; sleep 2; echo built >made') });
  const deps = testRun(pkg);
  const building = build(pkg, { ...deps, archived: false });
  await until(() => deps.stdout.text.includes('>>> go'));
  const { code, stdout } = opened(pkg, 'cat made');
  expect(await code).toBe(0);
  expect(stdout.text).toBe('built\n');
  await building;
});

test.each([
  ['a command', 'echo up; sleep 60', false],
  ['a terminal', undefined, true],
])('shell() interrupted ends %s within 5 s, and leaves no container', async (_, command, isTTY) => {
  const pkg = await testPackage();
  const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
  const controller = new AbortController();
  const { code, stdout } = opened(pkg, command, { isTTY, signal: controller.signal });
  await until(() => (isTTY ? atPrompt(stdout) : stdout.text.includes('up')));
  controller.abort(interrupted);
  const at = performance.now();
  await expect(code).rejects.toBe(interrupted);
  expect(performance.now() - at).toBeLessThan(5_000);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
});

test('shell() does not wait for a background child that keeps the output open', async () => {
  const pkg = await testPackage();
  const { code, stdout } = opened(pkg, 'sleep 300 & echo done; exit 3');
  expect(await code).toBe(3);
  expect(stdout.text).toBe('done\n');
});

test('shell() accepts a command that ends without reading its input', async () => {
  const pkg = await testPackage();
  const { code, stdin, stdout } = opened(pkg, 'echo enough; exit 2');
  const feeding = setInterval(() => stdin.write(Buffer.alloc(10_000)), 5);
  try {
    expect(await code).toBe(2);
  } finally {
    clearInterval(feeding);
  }
  expect(stdout.text).toBe('enough\n');
});

test('shell() fails when somebody removes the container', async () => {
  const pkg = await testPackage();
  const { code, stdout } = opened(pkg, 'echo up; sleep 60');
  await until(() => stdout.text.includes('up'));
  const { docker } = await testEngine();
  const [name] = await containersOf(await testEngine(), pkg.workspaceRoot);
  await docker.getContainer(name?.split(' ')[0] ?? '').remove({ force: true });
  await expect(code).rejects.toMatchObject({ code: 'ENGINE_LOST' });
});

describe('shell() and the configuration of the build directory', () => {
  /** A package whose create-build copies the defconfig, and counts how often it ran. */
  async function configurable(script = 'cp {defconfig} .config; echo run >>runs') {
    const base = busyboxOptions('true');
    const commands = { ...base.build_runner_opts?.commands, create_build: ['sh', '-ec', script] };
    const options = { ...base, build_runner_opts: { commands } };
    const platform = { VERSION: '1.0.0', 'external.mk': 'one' };
    const pkg = await testPackage({ options, platform });
    await writeFile(join(pkg.root, 'nerves_defconfig'), 'BR2_a=y\n');
    const run = async (command: string, configure?: boolean) => {
      const { code, stdout } = opened(pkg, command, { configure });
      expect(await code).toBe(0);
      return stdout.text;
    };
    return { pkg, run, edit: (text: string) => writeFile(join(pkg.root, 'nerves_defconfig'), text) };
  }
  const SHOW = 'cat .config; wc -l <runs';

  test('shell() configures a build directory in which nothing was built', async () => {
    const { run } = await configurable();
    expect(await run(SHOW)).toBe('BR2_a=y\n1\n');
    expect(await run(SHOW)).toBe('BR2_a=y\n1\n');
  });

  test('shell() works on the defconfig that the user has edited, and saves no older one over it', async () => {
    const { pkg, run, edit } = await configurable();
    await build(pkg, { ...testRun(pkg), archived: false });
    await edit('BR2_b=y\n');
    expect(await run('cp .config /nerves/env/alpha/nerves_defconfig; wc -l <runs')).toBe('2\n');
    expect(await readFile(join(pkg.root, 'nerves_defconfig'), 'utf8')).toBe('BR2_b=y\n');
  });

  test('shell() leaves no Config.in of create-build in the package, unless somebody wrote into it', async () => {
    const making = '[ -e /nerves/env/alpha/Config.in ] || echo "# packages" >/nerves/env/alpha/Config.in';
    const { pkg, run, edit } = await configurable(making);
    const configIn = join(pkg.root, 'Config.in');
    expect(await run('cat /nerves/env/alpha/Config.in')).toBe('# packages\n');
    await expect(readFile(configIn)).rejects.toMatchObject({ code: 'ENOENT' });
    await edit('BR2_b=y\n');
    await run('echo "# mine" >>/nerves/env/alpha/Config.in');
    expect(await readFile(configIn, 'utf8')).toBe('# packages\n# mine\n');
    await writeFile(configIn, '# packages\n');
    await edit('BR2_c=y\n');
    await run('true');
    expect(await readFile(configIn, 'utf8'), 'there before').toBe('# packages\n');
  });

  test('shell() keeps what menuconfig has not saved yet', async () => {
    const { pkg, run } = await configurable();
    await build(pkg, { ...testRun(pkg), archived: false });
    await run('echo BR2_unsaved=y >>.config');
    expect(await run(SHOW)).toBe('BR2_a=y\nBR2_unsaved=y\n1\n');
  });

  test('shell() configures again for another platform, and not with --no-configure', async () => {
    const { pkg, run } = await configurable();
    await build(pkg, { ...testRun(pkg), archived: false });
    await writeFile(join(pkg.workspaceRoot, 'platform/external.mk'), 'two');
    expect(await run('wc -l <runs', false)).toBe('1\n');
    expect(await run('wc -l <runs')).toBe('2\n');
  });

  test('shell(): what it did to a tree that create-build has unpacked is gone in the next build and shell', async () => {
    const P = '/nerves/env/platform';
    const unpack = `test -e ${P}/tree/state || { mkdir -p ${P}/tree; echo right >${P}/tree/file; touch ${P}/tree/state; echo run >>runs; }`;
    const { pkg, run } = await configurable(unpack);
    const look = `cat ${P}/tree/file; ls ${P}/tree; wc -l <runs`;
    expect(await run(look)).toBe('right\nfile\nstate\n1\n');
    expect(await run(`${look}; echo wrong >${P}/tree/file; touch ${P}/tree/new`)).toMatch(/1\n$/);
    const { stdout } = await buildOf(pkg);
    expect(stdout.text).toContain(`Undone in ${P}, a copy that was changed in the container: tree\n`);
    expect(await run(look)).toBe('right\nfile\nstate\n2\n');
    // gone with a shell that does not configure, it is made by the next one
    await run(`rm ${P}/tree/file`);
    expect(await run(`ls ${P}`, false)).not.toContain('tree');
    expect(await run(look)).toBe('right\nfile\nstate\n3\n');
  });

  async function buildOf(pkg: Package) {
    const run = testRun(pkg);
    await build(pkg, { ...run, archived: false });
    return run;
  }

  test('shell() says how it opens all the same when create-build fails', async () => {
    const { pkg, run } = await configurable('echo "fatal: no such option"; exit 3');
    await expect(opened(pkg, 'true').code).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(/run create-build .*exit code 3\n {2}\| fatal: no such option/),
      hint: expect.stringContaining('--no-configure'),
    });
    expect(await run('echo open', false)).toBe('open\n');
  });
});
