import { engineFailure } from '../docker/engine-lost.js';

/** What a run fails with: an interrupt above all, as it makes everything else fail; and what the engine fails with. */
export function outcome(error: unknown, tried: string, signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : engineFailure(tried, error);
}
