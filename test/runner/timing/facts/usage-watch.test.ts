import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UsageWatch } from '../../../../src/runner/timing/facts/usage-watch.js';
import { DEADLINES } from '../../../../src/util/deadlines.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched(answer: (asked: number) => { cpuMs: number } = (asked) => ({ cpuMs: asked * 1000 })) {
  let asked = 0;
  const usage = async () => ({ cores: 2, memory: 1e6, memoryLimit: 4e9, ...answer(++asked) });
  const watch = new UsageWatch({ usage }, () => Date.now() - begin);
  const begin = Date.now();
  return { watch, asked: () => asked, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

test('UsageWatch asks nothing of a short build', async () => {
  const { watch, asked, pass } = watched();
  await pass(DEADLINES.usage - 1);
  expect(watch.end()).toBeNull();
  await pass(60_000);
  expect(asked()).toBe(0);
});

test('UsageWatch has a sample now and then, and none after its end', async () => {
  const { watch, asked, pass } = watched();
  await pass(3 * DEADLINES.usage);
  expect(watch.end()).toEqual({
    ...{ cores: 2, memory_limit: 4e9 },
    samples: [1, 2, 3].map((n) => ({ at_ms: n * DEADLINES.usage, cpu_ms: n * 1000, memory: 1e6 })),
  });
  await pass(60_000);
  expect(asked()).toBe(3);
});

test('UsageWatch keeps some hundred samples of a build of a day, over all of it', async () => {
  const { watch, pass } = watched();
  const day = 24 * 60 * 60 * 1000;
  await pass(day);
  const samples = watch.end()?.samples ?? [];
  expect(samples.length).toBeGreaterThan(300);
  expect(samples.length).toBeLessThanOrEqual(720);
  expect(samples.at(-1)?.at_ms).toBeGreaterThan(day * 0.98);
});

test('UsageWatch goes on after an answer that failed, and gives up after three', async () => {
  const fails =
    (...which: number[]) =>
    (asked: number) => {
      if (which.includes(asked)) throw new Error('no stats');
      return { cpuMs: asked };
    };
  const some = watched(fails(1, 2, 4));
  await some.pass(5 * DEADLINES.usage);
  expect(some.watch.end()?.samples.map(({ cpu_ms }) => cpu_ms)).toEqual([3, 5]);
  const all = watched(fails(1, 2, 3));
  await all.pass(60_000);
  expect(all.watch.end()).toBeNull();
  expect(all.asked()).toBe(3);
});
