import type { BuildEvent } from './events.js';
import type { Report } from './reporter.js';

type PhaseStart = Omit<Extract<BuildEvent, { type: 'phase_start' }>, 'type'>;

/**
 * Reports the beginning of a phase, and its end unless it fails.
 * @param said what there is to say about its result
 */
export async function inPhase<T>(
  report: Pick<Report, 'emit'>,
  start: PhaseStart,
  body: () => Promise<T>,
  said?: (result: T) => string,
): Promise<T> {
  await report.emit({ type: 'phase_start', ...start });
  const result = await body();
  await report.emit({ type: 'phase_end', phase: start.phase, text: said?.(result) });
  return result;
}
