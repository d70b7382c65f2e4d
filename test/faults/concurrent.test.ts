import { afterAll, beforeAll, expect, test } from 'vitest';
import { stepOutput } from '../support/step-output.js';
import { type Harness, makeHarness } from './harness.js';
import { listArtifact } from './leftovers.js';
import type { Run } from './run.js';
import { env } from './second-engine.js';
import { makeWorkspace } from './workspace.js';

const BUILDS = 20;

let harness: Harness;
beforeAll(async () => {
  harness = await makeHarness();
});
afterAll(() => harness?.end());

/** The pids that a run was told to wait for, in their order. */
const waitedFor = (run: Run) =>
  [...run.text().matchAll(/^Waiting for .*\(pid (\d+) on/gm)].map(([, pid]) => pid);

test(`${BUILDS} processes that build one package at once end one after the other, each with the right archive`, async () => {
  const workspace = await makeWorkspace(await harness.workspaceRoot());
  const undisturbed = await harness.build(workspace);
  const ends: { run: Run; code: number; ms: number }[] = [];
  const begin = performance.now();
  const start = async () => {
    const run = await harness.runner.start('build', workspace, { env: env(harness.engine.socketPath) });
    ends.push({ run, code: await run.over, ms: performance.now() - begin });
  };
  await Promise.all(Array.from({ length: BUILDS }, start));
  print(ends);
  for (const { run, code } of ends) expect(code, run.text()).toBe(0);
  // each of them waited for somebody, but the first one; and all for the first
  const first = ends.find(({ run }) => waitedFor(run).length === 0)?.run;
  expect(first).toBeDefined();
  expect(ends.filter(({ run }) => waitedFor(run).length === 0)).toHaveLength(1);
  // one after the other: what two builds in one volume at once would have left in its log
  const log = await stepOutput(`${workspace.root}/systems/alpha/build.log`);
  expect(log).toBe('>>> alpha 0.1.0 create-build\n>>> alpha 0.1.0 make\n>>> alpha 0.1.0 make system\n');
  expect(await listArtifact(workspace.root)).toBe(undisturbed);
}, 300_000);

function print(ends: { run: Run; code: number; ms: number }[]): void {
  const number = new Map(ends.map(({ run }, at) => [String(run.executor), at + 1]));
  const lines = ends.map(({ run, code, ms }, at) => {
    const others = waitedFor(run).map((pid) => `#${number.get(pid ?? '')}`);
    const waited = others.length > 0 ? `waited for ${others.join(', ')}` : 'waited for nobody';
    return `#${at + 1} (pid ${run.executor}) ended after ${(ms / 1000).toFixed(1)} s with ${code}: ${waited}`;
  });
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}
