import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `check` gives something true, looking ten times a second; fails after `limit` milliseconds. */
export async function until<T>(check: () => T | Promise<T>, limit = 30_000): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > end) throw new Error(`still not so after ${limit} ms: ${check}`);
    await sleep(100);
  }
}
