import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { executorOf, isAlive } from './support/processes.js';
import type { OnTerminal, Running } from './support/running.js';
import { testWorkspace, type Workspace } from './support/workspace.js';

const ALPHA = 'systems/alpha';

interface Interrupted {
  workspace: Workspace;
  nx: Running;
  executor: number;
}

/** Starts a build that holds in a step, and waits until it does. */
async function buildThatHolds(step: string, start: (workspace: Workspace) => Running): Promise<Interrupted> {
  const workspace = await testWorkspace({ [`${ALPHA}/hold`]: step });
  const nx = start(workspace);
  const log = () => workspace.read(`${ALPHA}/build.log`).catch(() => '');
  await expect.poll(log, { timeout: 30_000 }).toContain(`>>> holding in ${step}\n`);
  const executor = executorOf(nx.pid);
  expect(executor).toBeDefined();
  return { workspace, nx, executor: executor ?? 0 };
}

/** Nothing is left of an interrupted build but its log and its volume, in which the next build goes on. */
async function expectClean({ workspace, nx, executor }: Interrupted, codes: number[]) {
  const start = Date.now();
  await expect.poll(() => workspace.containers(), { timeout: 5_000 }).toEqual([]);
  await expect.poll(() => isAlive(executor), { timeout: 10_000 - (Date.now() - start) }).toBe(false);
  expect(codes, nx.text()).toContain(await nx.exitCode(10_000));
  const volumes = await workspace.volumes();
  expect(volumes).toHaveLength(2);
  const log = await workspace.read(`${ALPHA}/build.log`);
  expect(log).toMatch(/^>>> alpha 0\.1\.0 Configuring\n[\s\S]*>>> holding in .*\n$/);

  await workspace.write({ [`${ALPHA}/hold`]: 'none' });
  const next = await workspace.nx('run', 'alpha:archive');
  expect(next.code, next.text).toBe(0);
  expect(next.text).not.toContain('Waiting for');
  expect(await workspace.volumes()).toEqual(volumes);
  expect(await workspace.read(`${ALPHA}/build.log.1`)).toBe(log);
  return await workspace.read(`${ALPHA}/build.log`);
}

const piped = (workspace: Workspace) => workspace.start(['run', 'alpha:build-artifact']);
const onTerminal = (workspace: Workspace) => workspace.onTerminal(['run', 'alpha:build-artifact']);

test.each([['create-build'], ['make'], ['make system']])('^C on a terminal, in %s', async (step) => {
  const build = await buildThatHolds(step, onTerminal);
  (build.nx as OnTerminal).type('\x03');
  expect(await expectClean(build, [130])).not.toContain('half is left');
});

test.each([['SIGTERM'], ['SIGHUP'], ['SIGINT']] as const)('%s for nx', async (signal) => {
  const build = await buildThatHolds('make', piped);
  process.kill(build.nx.pid, signal);
  expect(await expectClean(build, [130])).not.toContain('half is left');
  if (signal !== 'SIGINT') expect(build.nx.text()).toMatch(/^INTERRUPTED: .* interrupted by SIG/m);
});

test.each([
  ['piped', piped],
  ['on a terminal', (workspace: Workspace) => workspace.onTerminal(['run', 'alpha:archive'])],
])('SIGKILL of nx, %s', async (_, start) => {
  const build = await buildThatHolds('make', start);
  process.kill(build.nx.pid, 'SIGKILL');
  expect(await expectClean(build, [137])).not.toContain('half is left');
});

test.each([
  ['piped', piped],
  ['on a terminal', (workspace: Workspace) => workspace.onTerminal(['run', 'alpha:archive'])],
])('SIGKILL of the executor, %s', async (_, start) => {
  const build = await buildThatHolds('make', start);
  process.kill(build.executor, 'SIGKILL');
  await expectClean(build, [1, 137]);
});

test.each([
  ['SIGTERM', (nx: OnTerminal) => process.kill(nx.pid, 'SIGTERM')],
  ['^C', (nx: OnTerminal) => nx.type('\x03')],
])("%s in Nx's terminal UI", async (_, interrupt) => {
  const build = await buildThatHolds('make', (workspace) =>
    workspace.onTerminal(['run', 'alpha:build-artifact'], { env: { NX_TUI: 'true' } }),
  );
  interrupt(build.nx as OnTerminal);
  expect(await expectClean(build, [130, 143])).not.toContain('half is left');
});

test('many signals are as good as one', async () => {
  const build = await buildThatHolds('make', piped);
  for (const pid of [build.executor, build.nx.pid, build.executor]) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGTERM'] as const) {
      if (isAlive(pid)) process.kill(pid, signal);
      await sleep(10);
    }
  }
  expect(await expectClean(build, [1, 130])).not.toContain('half is left');
});
