import type { Analysis } from './analysis.js';
import { lanesOf } from './intervals.js';
import { totalMs } from './package-totals.js';

/** An event of the Trace Event Format, as Nx's NX_PROFILE and Perfetto have it; microseconds since 1970. */
export interface TraceEvent {
  name: string;
  cat?: string;
  /** Complete, metadata, counter. */
  ph: 'X' | 'M' | 'C';
  ts: number;
  dur?: number;
  pid: number;
  tid: number;
  args: Record<string, unknown>;
}

/** Not one of Nx, whose trace may be shown with it. */
const PID = 1;
const PHASES = 0;

/** A build as a trace: its phases, its packages' steps, and how many cores were busy. */
export function traceOf({ record, lanes, busy }: Analysis): TraceEvent[] {
  const begin = Date.parse(record.started);
  const us = (ms: number) => Math.round((begin + ms) * 1000);
  const meta = (name: string, tid: number, text: string): TraceEvent => ({
    ...{ name, ph: 'M', ts: 0, pid: PID, tid, args: { name: text } },
  });
  const complete = (name: string, cat: string, tid: number, time: { start_ms: number; end_ms: number }) => ({
    ...{ name, cat, ph: 'X' as const, ts: us(time.start_ms), dur: (time.end_ms - time.start_ms) * 1000 },
    ...{ pid: PID, tid },
  });
  const phases = record.steps.map(({ end_ms, ...step }) => ({ ...step, end_ms: end_ms ?? totalMs(record) }));
  return [
    meta('process_name', PHASES, `${record.package} ${record.package_version}, build ${record.number}`),
    meta('thread_name', PHASES, 'phases'),
    ...lanes.map((_, lane) => meta('thread_name', lane + 1, `packages ${lane + 1}`)),
    ...lanesOf(phases)
      .flat()
      .map((phase) => ({ ...complete(phase.name, 'phase', PHASES, phase), args: {} })),
    ...lanes.flatMap((lane, index) =>
      lane.map(({ name, version, step, isOpen, ...time }) => ({
        ...complete(`${name} ${step}`, step, index + 1, time),
        args: { package: name, version, step, ended: !isOpen },
      })),
    ),
    ...busy.map(
      ({ start_ms, cores }): TraceEvent => ({
        ...{ name: 'cores busy', ph: 'C', ts: us(start_ms), pid: PID, tid: PHASES, args: { cores } },
      }),
    ),
  ];
}
