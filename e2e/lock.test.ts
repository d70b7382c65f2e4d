import { expect, test } from 'vitest';
import { executorOf } from './support/processes.js';
import { testWorkspace } from './support/workspace.js';

const HOLD = 'systems/alpha/hold';
const log = 'systems/alpha/build.log';

test('a second build of a package says who holds it, and waits', async () => {
  const workspace = await testWorkspace({ [HOLD]: 'make' });
  const first = workspace.start(['run', 'alpha:archive']);
  await first.prints(/holding in make/);
  const second = workspace.start(['run', 'alpha:archive']);
  await second.prints(/^Waiting for .*it has the build volume$/m);
  const line = /^Waiting for (.*)$/m.exec(second.text())?.[1];
  expect(line).toMatch(/^alpha:archive \(pid \d+ on host \S+ in .*, since 20\d\d-\d\d-\d\dT[\d:]+Z\)/);
  expect(line).toContain(`pid ${executorOf(first.pid)} on`);
  expect(line).toContain(` in ${workspace.root}, since`);

  // the first is ended, and the second has its turn
  await workspace.write({ [HOLD]: 'none' });
  process.kill(first.pid, 'SIGTERM');
  expect(await first.exitCode()).not.toBe(0);
  expect(await second.exitCode(), second.text()).toBe(0);
  expect(second.text()).toContain('>>> toy 1.0 Building');
  expect(await workspace.read(log)).toContain('runs in this volume: 1\n');
  expect(await workspace.containers()).toEqual([]);
});

test('--no-wait fails at once and leaves the other build alone', async () => {
  const workspace = await testWorkspace({ [HOLD]: 'make' });
  const first = workspace.start(['run', 'alpha:archive']);
  await first.prints(/holding in make/);
  const second = await workspace.nx('run', 'alpha:archive', '--no-wait');
  expect(second.text).toMatch(/^LOCKED: could not lock .* held by alpha:archive \(pid \d+/m);
  expect(second.code).toBe(1);
  expect(second.text).not.toContain('Waiting for');
  const build = await workspace.nx('run', 'alpha:build-artifact', '--no-wait');
  expect(build.text).toMatch(/^LOCKED: /m);
  const shell = await workspace.nx('run', 'alpha:shell', '--no-wait', '--command', 'true');
  expect(shell.text).toContain('LOCKED: ');
  expect(await workspace.containers()).toHaveLength(1);
  expect(await workspace.read(log)).toContain('holding in make');
  process.kill(first.pid, 'SIGTERM');
  await first.exitCode();
});

test('an interrupt ends the waiting', async () => {
  const workspace = await testWorkspace({ [HOLD]: 'make' });
  const first = workspace.start(['run', 'alpha:archive']);
  await first.prints(/holding in make/);
  const second = workspace.onTerminal(['run', 'alpha:archive']);
  await second.prints(/Waiting for/);
  second.type('\x03');
  expect(await second.exitCode(10_000)).toBe(130);
  expect(await workspace.containers()).toHaveLength(1);
  process.kill(first.pid, 'SIGTERM');
  await first.exitCode();
});
