import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { some } from '../test/support/some.js';
import { executorOf, isAlive } from './support/processes.js';
import type { OnTerminal, Running } from './support/running.js';
import { fileWorkspace } from './support/workspace.js';

// What Nx makes of an interrupt; what the executor then does in each of its steps: test/faults/

const HOLD = 'systems/alpha/hold';
const LOG = 'systems/alpha/build.log';
const workspace = await fileWorkspace();

interface Interrupted {
  nx: Running;
  executor: number;
}

const piped = () => workspace.start(['run', 'alpha:build-artifact']);
const onTerminal = (env: NodeJS.ProcessEnv = {}) =>
  workspace.onTerminal(['run', 'alpha:build-artifact'], { env });

/** Starts a build that holds in make, and waits until it does. */
async function buildThatHolds<R extends Running>(start: () => R): Promise<Interrupted & { nx: R }> {
  await workspace.write({ [HOLD]: 'make', [LOG]: '' });
  const nx = start();
  await expect.poll(() => workspace.read(LOG), { timeout: 30_000 }).toContain('>>> holding in make\n');
  const executor = executorOf(nx.pid);
  expect(executor).toBeDefined();
  return { nx, executor: executor ?? 0 };
}

/** Nothing of it runs any more, and Nx ends with one of the codes. */
async function expectEnd({ nx, executor }: Interrupted, codes: number[]): Promise<void> {
  const start = Date.now();
  await expect.poll(() => workspace.containers(), { timeout: 5_000 }).toEqual([]);
  await expect.poll(() => isAlive(executor), { timeout: 10_000 - (Date.now() - start) }).toBe(false);
  expect(codes, nx.text()).toContain(await nx.exitCode(10_000));
}

test('build-artifact leaves at ^C on a terminal its log and its volume, in which the next one goes on', async () => {
  const build = await buildThatHolds(onTerminal);
  build.nx.type('\x03');
  await expectEnd(build, [130]);
  const volumes = await workspace.volumes();
  expect(volumes).toHaveLength(2);
  const log = await workspace.read(LOG);
  expect(log).toMatch(
    /create-build\.sh .*\n>>> alpha 0\.1\.0 Configuring\n[\s\S]*>>> holding in .*\n\[nx-docker-artifact\] interrupted .*\n$/,
  );

  await workspace.write({ [HOLD]: 'none' });
  const next = await workspace.nx('run', 'alpha:archive');
  expect(next.code, next.text).toBe(0);
  expect(next.text).not.toContain('Waiting for');
  expect(await workspace.volumes()).toEqual(volumes);
  expect(await workspace.read(`${LOG}.1`)).toBe(log);
  expect(await workspace.read(LOG)).not.toContain('half is left');
});

test.each(some(['SIGTERM', 'SIGHUP', 'SIGINT'] as const, 2))(
  'build-artifact ends at %s for nx',
  async (signal) => {
    const build = await buildThatHolds(piped);
    process.kill(build.nx.pid, signal);
    await expectEnd(build, [130]);
    if (signal !== 'SIGINT') expect(build.nx.text()).toMatch(/^INTERRUPTED: .* interrupted by SIG/m);
  },
);

test.each([
  ['piped', piped],
  ['on a terminal', () => workspace.onTerminal(['run', 'alpha:archive'])],
])('build-artifact ends at SIGKILL of nx, %s', async (_, start) => {
  const build = await buildThatHolds<Running>(start);
  process.kill(build.nx.pid, 'SIGKILL');
  await expectEnd(build, [137]);
});

test.each([
  ['SIGTERM', (nx: OnTerminal) => process.kill(nx.pid, 'SIGTERM')],
  ['^C', (nx: OnTerminal) => nx.type('\x03')],
])("build-artifact ends at %s in Nx's terminal UI", async (_, interrupt) => {
  const build = await buildThatHolds(() => onTerminal({ NX_TUI: 'true' }));
  interrupt(build.nx);
  await expectEnd(build, [130, 143]);
});

test('build-artifact ends at many signals as at one', async () => {
  const build = await buildThatHolds(piped);
  for (const pid of [build.executor, build.nx.pid, build.executor]) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGTERM'] as const) {
      if (isAlive(pid)) process.kill(pid, signal);
      await sleep(10);
    }
  }
  await expectEnd(build, [1, 130]);
});
