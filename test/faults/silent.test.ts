import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../support/wait.js';
import { type Harness, makeHarness } from './harness.js';
import { listArtifact } from './leftovers.js';
import { ended } from './run.js';
import { env, INSIDE } from './second-engine.js';
import { running } from './steps.js';
import { makeWorkspace } from './workspace.js';

let harness: Harness;
beforeAll(async () => {
  harness = await makeHarness();
});
afterAll(() => harness?.end());

/** All that comes for the engine's port, and from it, is lost, in the engine's own namespace. */
async function loseAll(): Promise<void> {
  const rule = async (flag: '-A' | '-D') => {
    for (const port of ['--dport', '--sport']) {
      const drop = [flag, 'INPUT', '-p', 'tcp', port, '2375', '-j', 'DROP'];
      await execa('nsenter', [`--net=${harness.namespace}`, 'iptables', ...drop]);
    }
  };
  onTestFinished(() => rule('-D'));
  await rule('-A');
}

test('a network that goes silent, with no end of a connection, is noticed; the next run ends the container', async () => {
  const workspace = await makeWorkspace(await harness.workspaceRoot());
  const run = await harness.runner.start('build', workspace, {
    env: { ...env(''), DOCKER_HOST: INSIDE },
    namespace: harness.namespace,
    options: { env: { HOLD: 'make' } },
  });
  await until(() => run.text().includes('>>> holding in make'));
  await sleep(50);
  await loseAll();
  const took = await ended(run, performance.now(), 90_000);
  process.stdout.write(`\nnoticed after ${(took / 1000).toFixed(1)} s\n\n`);
  expect(await run.over).not.toBe(0);
  expect(run.text()).toMatch(/^ENGINE_LOST: could not run .*\n +-> Was the engine restarted/m);
  // the engine has not noticed, nor has the container
  expect(await running(await harness.engine.connect())).toHaveLength(1);
  const again = await harness.runner.start('build', workspace, { env: env(harness.engine.socketPath) });
  expect(await again.over, again.text()).toBe(0);
  expect(again.text()).toMatch(/^Waiting for .*that process has ended/m);
  expect(await listArtifact(workspace.root)).toMatch(/ 6 \S+target$/m); // whole
}, 200_000);
