import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { ArtifactError } from '../../src/errors.js';
import { build } from '../../src/runner/build.js';
import { containersOf, type TestRun, testEngine, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { until } from '../support/wait.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

const INTERRUPTED = new ArtifactError('INTERRUPTED', { tried: 'go on', cause: 'a test' });

/** A build that is in its step, which stays there until the volume has the file "pass". */
async function inStep(pkg: Package) {
  const stop = new AbortController();
  const run = testRun(pkg, { signal: stop.signal });
  const ended = build(pkg, { ...run, archived: false }).catch((error: unknown) => error);
  await until(() => run.stdout.text.includes('>>> in make'), 60_000);
  return { ended, interrupt: () => stop.abort(INTERRUPTED) };
}

const STAY = 'echo ">>> in make"; [ -e pass ] || { touch pass; sleep 60; }; echo passed';

function again(pkg: Package, more: TestRun = {}) {
  const run = testRun(pkg, more);
  return { run, building: build(pkg, { ...run, archived: false }) };
}

test('build(): interrupted in a step it leaves no container after 5 s, nothing partial, and a volume that is usable', async () => {
  const pkg = await testPackage({ options: busyboxOptions(STAY) });
  const { ended, interrupt } = await inStep(pkg);
  interrupt();
  const at = performance.now();
  expect(await ended).toBe(INTERRUPTED);
  expect(performance.now() - at).toBeLessThan(5_000);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
  expect([existsSync(pkg.paths.archive), existsSync(join(pkg.paths.artifact, 'CHECKSUM'))]).toEqual([
    false,
    false,
  ]);
  await again(pkg).building;
  expect(await stepOutput(pkg.paths.log)).toBe('>>> in make\npassed\n');
});

/** A step that waits, in the first build of a volume, for {@link release}. */
const HOLD =
  'echo ">>> in make"; [ -e runs ] || until [ -e /tmp/go ]; do sleep 0.1; done; echo run >>runs; wc -l <runs';

async function release(pkg: Package): Promise<void> {
  const engine = await testEngine();
  const [container] = await containersOf(engine, pkg.workspaceRoot);
  const name = container?.split(' ')[0] ?? '';
  const exec = await engine.docker.getContainer(name).exec({ Cmd: ['touch', '/tmp/go'], AttachStdout: true });
  (await exec.start({ hijack: false, stdin: false })).resume();
}

test('build(): a second one waits for the first, who it names; with --no-wait it is LOCKED', async () => {
  const pkg = await testPackage({ options: busyboxOptions(HOLD) });
  const first = await inStep(pkg);
  const since = 'since [\\d-]{10}T[\\d:]{8}\\S+';
  const holder = `alpha:build-artifact \\(pid ${process.pid} on host \\S+ in ${pkg.workspaceRoot}, ${since}\\)`;
  await expect(again(pkg, { wait: false }).building).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringMatching(holder),
  });
  const second = again(pkg);
  await until(() => second.run.stdout.text.includes('Waiting for'), 60_000);
  await release(pkg);
  await second.building;
  expect(second.run.stdout.text).toMatch(new RegExp(`^Waiting for ${holder}`, 'm'));
  expect(await stepOutput(pkg.paths.log)).toBe('>>> in make\n2\n');
  expect(await first.ended).toMatchObject({ unpacked: true });
});

test('build(): five of one package at once run one after the other', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo run >>runs; wc -l <runs; sleep 0.2') });
  await Promise.all(Array.from({ length: 5 }, () => again(pkg).building));
  expect(await stepOutput(pkg.paths.log)).toBe('5\n');
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
});

test('build(): interrupted while it waits it ends at once, and the first one goes on', async () => {
  const pkg = await testPackage({ options: busyboxOptions(HOLD) });
  const first = await inStep(pkg);
  const stop = new AbortController();
  const second = again(pkg, { signal: stop.signal });
  second.building.catch(() => {});
  await until(() => second.run.stdout.text.includes('Waiting for alpha:'), 60_000);
  stop.abort(INTERRUPTED);
  await expect(second.building).rejects.toBe(INTERRUPTED);
  await release(pkg);
  expect(await first.ended).toMatchObject({ unpacked: true });
});
