import type { BuildRecord } from '../record.js';
import { type Interval, unionMs } from './intervals.js';

/** A step of a package. What had not ended lasts until the end of the build. */
export interface StepTime extends Interval {
  name: string;
  version: string;
  step: string;
  /** It is what failed, or was interrupted. */
  isOpen: boolean;
}

/** A package in a build. */
export interface PackageTotal extends Interval {
  name: string;
  version: string;
  /** How long it was worked at. */
  ms: number;
  steps: StepTime[];
}

/** How long a build took, in milliseconds. */
export function totalMs({ started, finished }: Pick<BuildRecord, 'started' | 'finished'>): number {
  return Math.max(0, Date.parse(finished) - Date.parse(started));
}

export function stepTimes(record: BuildRecord): StepTime[] {
  const end = totalMs(record);
  return record.packages.map(({ end_ms, ...step }) => ({
    ...step,
    end_ms: Math.max(step.start_ms, end_ms ?? end),
    isOpen: end_ms === undefined,
  }));
}

/** The packages of a build, in the order in which they began. */
export function packageTotals(steps: readonly StepTime[]): PackageTotal[] {
  const byName = new Map<string, StepTime[]>();
  for (const step of steps) {
    const own = byName.get(step.name);
    if (own) own.push(step);
    else byName.set(step.name, [step]);
  }
  const totals = [...byName].map(([name, own]) => ({
    name,
    version: own.find(({ version }) => version !== '')?.version ?? '',
    ms: unionMs(own),
    start_ms: Math.min(...own.map(({ start_ms }) => start_ms)),
    end_ms: Math.max(...own.map(({ end_ms }) => end_ms)),
    steps: own,
  }));
  return totals.sort((a, b) => a.start_ms - b.start_ms);
}
