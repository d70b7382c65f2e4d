import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BuildEvent } from '../../../../src/runner/output/events.js';
import { RunningFile, readRunning } from '../../../../src/runner/output/handlers/running-file.js';
import { until } from '../../../support/wait.js';
import { temporaryDirectory, testPackage } from '../../../support/workspace.js';

const HOST = { pid: 12, name: 'ci-1', now: () => new Date('2026-01-10T12:00:00Z') };
const text = (lines: number): BuildEvent => ({ type: 'text', phase: 'make', chunks: [], lines });

test('RunningFile has how far a build is, for its own process alone, and goes with it', async () => {
  const pkg = await testPackage();
  const file = new RunningFile(pkg, HOST);
  const { on } = file.handler(() => 0);
  on({ type: 'note', text: 'before any phase' }, 0);
  on({ type: 'phase_start', phase: 'create-build' }, 0);
  on(text(10), 0);
  on({ type: 'headline', text: '>>> of create-build' }, 0);
  on({ type: 'phase_start', phase: 'make' }, 0);
  for (let n = 0; n < 1000; n++) on(text(5), 0);
  on({ type: 'headline', text: '>>> zlib 1.3 Building' }, 0);
  on({ type: 'progress', done: 3, total: 9, name: 'zlib', step: 'build', left_ms: 5000 }, 0);
  const whose = { pid: 12, host: 'ci-1' };
  await until(async () => (await readRunning(pkg, whose)) !== undefined);
  const time = '2026-01-10T12:00:00.000Z';
  expect(await readRunning(pkg, whose)).toEqual({
    ...{ version: 1, pid: 12, host: 'ci-1', phase: 'make', phase_started: time, time, lines: 5010 },
    headline: '>>> zlib 1.3 Building',
    progress: { done: 3, total: 9, name: 'zlib', step: 'build', left_ms: 5000 },
  });
  expect(await readRunning(pkg, { pid: 13, host: 'ci-1' }), 'left by another one').toBeUndefined();
  expect(await readRunning(pkg, { pid: 12, host: 'ci-2' })).toBeUndefined();
  on(text(1), 0);
  await file.end();
  on(text(1), 0);
  expect(await readdir(pkg.paths.timing)).toEqual([]);
  expect(await readRunning(pkg, whose)).toBeUndefined();
});

test('RunningFile fails no build where it cannot be written', async () => {
  const root = await temporaryDirectory('running');
  const pkg = { paths: { timing: join(root, 'file/x') } } as Parameters<typeof readRunning>[0];
  await writeFile(join(root, 'file'), '');
  const file = new RunningFile(pkg, HOST);
  file.handler(() => 0).on({ type: 'phase_start', phase: 'make' }, 0);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await file.end();
  expect(await readRunning(pkg, { pid: 12, host: 'ci-1' })).toBeUndefined();
});
