/** What a thread makes is garbage in no time: with more space for it, it would only take more. */
const LIMITS = { maxYoungGenerationSizeMb: 4 };

/**
 * Runs a function in a thread of its own, with what it is given and gives back copied.
 * @param run self-contained, as the thread gets its source: a file of its own could not be found both compiled and not
 * @param buffersOf what of the result is moved and not copied
 * @throws what the function throws, and the reason of `signal`
 */
export async function inThread<T, R>(
  run: (input: T) => R,
  input: T,
  signal: AbortSignal,
  buffersOf: (result: R) => ArrayBufferLike[] = () => [],
): Promise<R> {
  const source = `const { parentPort, workerData } = require('node:worker_threads');
const result = (${run.toString()})(workerData);
parentPort.postMessage(result, (${buffersOf.toString()})(result));`;
  const { Worker } = process.getBuiltinModule('node:worker_threads'); // most runs start none
  const worker = new Worker(source, {
    ...{ eval: true, execArgv: [], resourceLimits: LIMITS }, // the source is no module, whatever Node was started with
    workerData: input,
  });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<R>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
      worker.once('exit', () => reject(signal.reason ?? new Error('the thread ended early')));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
