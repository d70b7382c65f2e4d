import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { ArtifactError } from '../../src/errors.js';
import { holdOutputs } from '../../src/runner/hold-outputs.js';
import type { BuildEvent } from '../../src/runner/output/events.js';
import type { Run } from '../../src/runner/run.js';
import { testHost } from '../support/runner.js';
import { until } from '../support/wait.js';
import { temporaryDirectory } from '../support/workspace.js';

const root = await temporaryDirectory('outputs', { end: afterAll });

/** Holds the outputs of alpha in a configuration until it is released. */
function hold(configuration?: string, more: { at?: string; wait?: boolean; signal?: AbortSignal } = {}) {
  const { at = root, wait = true, signal = new AbortController().signal } = more;
  const run: Pick<Run, 'host' | 'settings' | 'signal'> = {
    ...{
      host: testHost({ pid: 4321, task: 'archive', now: () => new Date('2026-01-01T10:00:00Z') }),
      settings: { wait },
      signal,
    },
  };
  const state = { holds: false, notes: [] as string[], release: () => {} };
  const released = new Promise<void>((resolve) => {
    state.release = resolve;
  });
  const report = {
    emit: (event: BuildEvent) => void ('text' in event && state.notes.push(event.text ?? '')),
  };
  const done = holdOutputs({ root: at, project: 'alpha', configuration }, run, { report }, async () => {
    state.holds = true;
    await released;
    return configuration;
  });
  return Object.assign(state, { done });
}

test('holdOutputs() lets one configuration after the other write, and says who does', async () => {
  const debug = hold('debug');
  await until(() => debug.holds);
  const others = [hold(), hold('release')];
  await until(() => others.every(({ notes }) => notes.length > 0));
  expect(others.map(({ holds, notes }) => [holds, ...notes])).toEqual(
    others.map(() => [
      false,
      'Waiting for alpha:archive (configuration debug, pid 4321, since 2026-01-01T10:00:00Z): it writes build.log and the archive of this package',
    ]),
  );
  debug.release();
  expect(await debug.done).toBe('debug');
  await until(() => others.some(({ holds }) => holds));
  await sleep(50);
  expect(others.filter(({ holds }) => holds)).toHaveLength(1);
  for (const { release } of others) release();
  expect(await Promise.all(others.map(({ done }) => done))).toEqual([undefined, 'release']);
});

test('holdOutputs() goes on when what the other did has failed', async () => {
  const run = { host: testHost(), settings: { wait: true }, signal: new AbortController().signal };
  const report = { report: { emit() {} } };
  const failed = holdOutputs({ root, project: 'alpha' }, run, report, async () => {
    await sleep(50);
    throw new Error('make failed');
  });
  const next = hold('debug');
  next.release();
  await expect(failed).rejects.toThrow('make failed');
  expect(await next.done).toBe('debug');
});

test('holdOutputs() is LOCKED without waiting, and the other goes on', async () => {
  const debug = hold('debug');
  await until(() => debug.holds);
  await expect(hold(undefined, { wait: false }).done).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining(
      'could not write build.log and the archive of alpha: alpha:archive (configuration debug, pid 4321, since 2026-01-01T10:00:00Z) does',
    ),
  });
  debug.release();
  expect(await debug.done).toBe('debug');
});

test('holdOutputs() stops waiting at an interrupt', async () => {
  const debug = hold('debug');
  await until(() => debug.holds);
  const interrupt = new AbortController();
  const waiting = hold(undefined, { signal: interrupt.signal });
  await until(() => waiting.notes.length > 0);
  const reason = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
  interrupt.abort(reason);
  await expect(waiting.done).rejects.toBe(reason);
  debug.release();
  await debug.done;
});

test('holdOutputs() is of the directory, behind whatever link, and of no other package', async () => {
  const home = await temporaryDirectory('links');
  await symlink(root, join(home, 'link'));
  const debug = hold('debug');
  await until(() => debug.holds);
  const [other, same] = [hold(undefined, { at: home }), hold(undefined, { at: join(home, 'link') })];
  await until(() => other.holds && same.notes.length > 0);
  expect(same.holds).toBe(false);
  for (const one of [debug, other, same]) one.release();
  await Promise.all([debug, other, same].map(({ done }) => done));
});
