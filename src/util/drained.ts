import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Settles when a stream takes more, or when it never will again; never fails. */
export async function drained(stream: Writable): Promise<void> {
  if (stream.destroyed || !stream.writableNeedDrain) return;
  const waiting = new AbortController();
  const over = (event: string) => once(stream, event, { signal: waiting.signal });
  try {
    await Promise.race([over('drain'), over('close')]);
  } catch {
    // it failed: its owner hears of it in its own way
  } finally {
    waiting.abort();
  }
}
