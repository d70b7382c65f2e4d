import { engineLost, isConnectionError } from '../docker/engine-lost.js';

/** What a run fails with: an interrupt above all, as it makes everything else fail; and an engine that went away. */
export function outcome(error: unknown, tried: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return isConnectionError(error) ? engineLost(tried, error) : error;
}
