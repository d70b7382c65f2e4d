import type { Usage } from '../record.js';
import type { Interval } from './intervals.js';

/** How many cores were busy in a part of a build, on average. */
export interface CoresBusy extends Interval {
  cores: number;
}

/** Between each two samples; none where a counter went back, as of an engine that was restarted. */
export function coresBusy({ samples }: Usage): CoresBusy[] {
  return samples.slice(1).flatMap((sample, index) => {
    const before = samples[index];
    if (!before || sample.at_ms <= before.at_ms || sample.cpu_ms < before.cpu_ms) return [];
    const cores = (sample.cpu_ms - before.cpu_ms) / (sample.at_ms - before.at_ms);
    return [{ start_ms: before.at_ms, end_ms: sample.at_ms, cores }];
  });
}

/** undefined where nothing is known. */
export function averageCores(parts: readonly CoresBusy[]): number | undefined {
  const length = parts.reduce((sum, { start_ms, end_ms }) => sum + end_ms - start_ms, 0);
  if (length === 0) return undefined;
  return parts.reduce((sum, { start_ms, end_ms, cores }) => sum + cores * (end_ms - start_ms), 0) / length;
}
