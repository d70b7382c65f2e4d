import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { shareWork } from '../../src/util/shared-work.js';

const { signal } = new AbortController();

/** Which thread did a share, each of which takes 5 ms. */
function doneBy(_: null, share: number): { share: number; by: number } {
  const { threadId } = process.getBuiltinModule('node:worker_threads');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  return { share, by: threadId };
}

test.each([
  { isHelping: true, others: 0, threads: 1 },
  { isHelping: true, others: 2, threads: 3 },
  { isHelping: false, others: 2, threads: 2 },
])('shareWork() has each share done once: $others others, helping: $isHelping', async (of) => {
  const { isHelping, others, threads } = of;
  const done = await shareWork({ run: doneBy, input: null, shares: 200, isHelping, others }, signal);
  expect(done.map(({ share }) => share)).toEqual(Array.from({ length: 200 }, (_, index) => index));
  const by = new Set(done.map((one) => one.by));
  expect(by.size).toBe(threads);
  expect(by.has(threadId)).toBe(isHelping);
});

test('shareWork() gives what one thread did before the others have started', async () => {
  const work = { run: (input: number, share: number) => input + share, input: 1, shares: 3 };
  expect(await shareWork({ ...work, isHelping: true, others: 4 }, signal)).toEqual([1, 2, 3]);
  expect(await shareWork({ ...work, shares: 0, isHelping: true, others: 0 }, signal)).toEqual([]);
});

test.each([true, false])('shareWork() throws what a share throws (helping: %s)', async (isHelping) => {
  const run = (_: null, share: number) => {
    if (share === 7) throw new Error(`share ${share}`);
  };
  const work = { run, input: null, shares: 100, isHelping, others: 1 };
  await expect(shareWork(work, signal)).rejects.toThrow('share 7');
});

test.each([true, false])('shareWork() ends when it is interrupted (helping: %s)', async (isHelping) => {
  const stop = new AbortController();
  const work = { run: doneBy, input: null, shares: 10_000, isHelping, others: 1 };
  const working = shareWork(work, stop.signal);
  await sleep(100);
  stop.abort(new Error('interrupted by SIGINT'));
  await expect(working).rejects.toThrow('interrupted by SIGINT');
});
