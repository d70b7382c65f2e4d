import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { ArtifactError } from '../../src/errors.js';
import { build } from '../../src/runner/build.js';
import { shell } from '../../src/runner/shell.js';
import { Captured, containersOf, type TestRun, testEngine, testRun } from '../support/runner.js';
import { engineSeesUs } from '../support/seen.js';
import { until } from '../support/wait.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

const seen = await engineSeesUs();

function opened(
  pkg: Package,
  command?: string,
  { isTTY = false, ...more }: TestRun & { isTTY?: boolean } = {},
) {
  const stdout = Object.assign(new Captured(), { columns: 90, rows: 30 });
  const io = { stdin: new PassThrough(), stdout, stderr: new Captured(), isTTY };
  const code = shell(pkg, { ...testRun(pkg, more), terminal: io, command });
  code.catch(() => {});
  return { ...io, code };
}

test('shell() runs a command in the build directory: its output, its errors, its exit code', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo built >made') });
  await build(pkg, { ...testRun(pkg), archived: false });
  const { code, stdout, stderr } = opened(pkg, 'pwd; cat made; echo oops >&2; exit 7');
  expect(await code).toBe(7);
  const note = seen ? '' : '/nerves/env/alpha is a copy of .*\n';
  expect([stdout.text, stderr.text]).toEqual([
    '/nerves/build\nbuilt\n',
    expect.stringMatching(`^${note}oops\n$`),
  ]);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
});

test('shell() passes piped input to a command, and much output back', async () => {
  const { code, stdin, stdout } = opened(
    await testPackage(),
    'wc -c; head -c 3000000 /dev/zero | tr "\\0" x',
  );
  stdin.end(Buffer.alloc(1_000_000, 'x'));
  expect(await code).toBe(0);
  expect(stdout.text.replace(/x{3000000}/, 'all')).toBe('1000000\nall');
});

test('shell(): what it changes in the package reaches the host', { tags: 'quick' }, async () => {
  const pkg = await testPackage();
  const command =
    'cd /nerves/env/alpha; echo saved >nerves_defconfig; mkdir new; echo x >new/file; rm VERSION';
  expect(await opened(pkg, command).code).toBe(0);
  expect(await readFile(join(pkg.root, 'nerves_defconfig'), 'utf8')).toBe('saved\n');
  expect(await readFile(join(pkg.root, 'new/file'), 'utf8')).toBe('x\n');
  await expect(readFile(join(pkg.root, 'VERSION'))).rejects.toThrow('ENOENT');
});

test('shell() on a terminal provides a real one, of the user’s size, and runs what is typed', async () => {
  const { code, stdin, stdout } = opened(await testPackage(), undefined, { isTTY: true });
  await until(() => /# (\x1b\[6n)?$/.test(stdout.text), 60_000);
  stdin.write('stty size\n');
  await until(() => stdout.text.includes('30 90'), 60_000);
  stdout.columns = 100;
  stdout.emit('resize');
  stdin.write('sleep 1; stty size\n');
  await until(() => stdout.text.includes('30 100'), 60_000);
  stdin.write('sleep 60\n');
  await until(() => stdout.text.includes('sleep 60'), 60_000);
  stdin.write('\x03');
  stdin.write('exit 5\n');
  expect(await code).toBe(5);
});

test('shell() interrupted ends a command that would go on for a minute, and leaves no container', async () => {
  const [pkg, controller] = [await testPackage(), new AbortController()];
  const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
  const { code, stdout } = opened(pkg, 'echo up; sleep 60', { signal: controller.signal });
  await until(() => stdout.text.includes('up'), 60_000);
  controller.abort(interrupted);
  const at = performance.now();
  await expect(code).rejects.toBe(interrupted);
  expect(performance.now() - at).toBeLessThan(30_000); // on a busy machine; who keeps the 5 s that Nx gives is seen in test/faults
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
});
