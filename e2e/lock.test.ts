import { expect, test } from 'vitest';
import { executorOf } from './support/processes.js';
import { fileWorkspace } from './support/workspace.js';

const HOLD = 'systems/alpha/hold';
const log = 'systems/alpha/build.log';
const workspace = await fileWorkspace();

/** A build that has the build volume until it is ended. */
async function holder() {
  await workspace.write({ [HOLD]: 'make' });
  const nx = workspace.start(['run', 'alpha:archive']);
  await nx.prints(/holding in make/);
  const end = async () => {
    process.kill(nx.pid, 'SIGTERM');
    expect(await nx.exitCode()).not.toBe(0);
  };
  return { nx, end };
}

test('archive --no-wait fails at once and leaves the other build alone', async () => {
  const first = await holder();
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
  await first.end();
});

test('a second archive of a package says who holds it, and waits until it has its turn or is interrupted', async () => {
  const first = await holder();
  const [second, third] = [
    workspace.start(['run', 'alpha:archive']),
    workspace.onTerminal(['run', 'alpha:archive']),
  ];
  await second.prints(/^Waiting for .*it holds the build volume$/m);
  const line = /^Waiting for (.*)$/m.exec(second.text())?.[1];
  expect(line).toMatch(/^alpha:archive \(pid \d+ on host \S+ in .*, since 20\d\d-\d\d-\d\dT[\d:]+Z\)/);
  expect(line).toContain(`pid ${executorOf(first.nx.pid)} on`);
  expect(line).toContain(` in ${workspace.root}, since`);

  await third.prints(/Waiting for/);
  third.type('\x03');
  expect(await third.exitCode(10_000)).toBe(130);
  expect(await workspace.containers()).toHaveLength(1);

  await workspace.write({ [HOLD]: 'none' });
  await first.end();
  // it had its turn, for files that are not those of its key any more
  expect(await second.exitCode(), second.text()).toBe(1);
  expect(second.text()).toMatch(/^SOURCES_CHANGED: .*\n {2}\| package: hold$/m);
  const next = await workspace.nx('run', 'alpha:archive');
  expect(next.code, next.text).toBe(0);
  expect(next.text).toContain('>>> toy 1.0 Building');
  expect(await workspace.read(log)).toContain('runs in this volume: 1\n');
  expect(await workspace.containers()).toEqual([]);
});
