import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

/** What a thread makes is garbage in no time: with more space for it, it would only take more. */
const LIMITS = { maxYoungGenerationSizeMb: 4 };

export interface Work<T, R> {
  /** Does one share of it. Self-contained, as other threads get its source: a file of its own could not be found both compiled and not. */
  run: (input: T, share: number) => R;
  /** What the threads get is a copy of it. */
  input: T;
  /** How many there are, from 0 on. */
  shares: number;
  /** Whether this thread takes shares, between which it yields to the event loop. */
  isHelping: boolean;
  /** Threads beside it; each takes about 40 ms to start. */
  others: number;
  /** What of a thread's result is moved and not copied. */
  buffersOf?: (result: R) => ArrayBufferLike[];
}

/**
 * Does work in several threads at once: each takes the next share when it has done one.
 * @returns the result of each share
 * @throws what `run` throws, and the reason of `signal`
 */
export async function shareWork<T, R>(work: Work<T, R>, signal: AbortSignal): Promise<R[]> {
  const { run, input, shares, isHelping, others } = work;
  const taken = new Int32Array(new SharedArrayBuffer((1 + others) * Int32Array.BYTES_PER_ELEMENT));
  const threads = Array.from({ length: others }, (_, index) => startThread(work, taken, 1 + index, signal));
  const stop = () => {
    for (const { worker } of threads) void worker.terminate();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const results: R[] = [];
    while (isHelping) {
      signal.throwIfAborted();
      const share = Atomics.add(taken, 0, 1);
      if (share >= shares) break;
      results[share] = run(input, share);
      await setImmediate();
    }
    for (const [index, { found }] of threads.entries()) {
      if (isHelping && Atomics.load(taken, 1 + index) === 0) continue; // it is still starting, and nothing is left for it
      for (const [share, result] of await found) results[share] = result;
    }
    return results;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** @param mine the place in `taken` that says whether this thread has begun */
function startThread<T, R>(
  { run, input, shares, buffersOf = () => [] }: Work<T, R>,
  taken: Int32Array,
  mine: number,
  signal: AbortSignal,
): { worker: Worker; found: Promise<[share: number, result: R][]> } {
  const source = `const { parentPort, workerData: { input, taken, mine, shares } } = require('node:worker_threads');
Atomics.store(taken, mine, 1);
const run = ${run.toString()};
const found = [];
for (let share; (share = Atomics.add(taken, 0, 1)) < shares; ) found.push([share, run(input, share)]);
parentPort.postMessage(found, found.map(([, result]) => result).flatMap(${buffersOf.toString()}));`;
  const threads = process.getBuiltinModule('node:worker_threads'); // most runs start none
  const worker = new threads.Worker(source, {
    ...{ eval: true, execArgv: [], resourceLimits: LIMITS }, // the source is no module, whatever Node was started with
    workerData: { input, taken, mine, shares },
  });
  const found = new Promise<[number, R][]>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => reject(signal.reason ?? new Error('the thread ended early')));
  });
  found.catch(() => {}); // it is thrown where it is awaited
  return { worker, found };
}
