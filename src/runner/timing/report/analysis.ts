import type { BuildRecord } from '../record.js';
import { averageCores, type CoresBusy, coresBusy } from './cores.js';
import { type CriticalPath, criticalPath } from './critical-path.js';
import { lanesOf, unionMs } from './intervals.js';
import { type PackageTotal, packageTotals, type StepTime, stepTimes, totalMs } from './package-totals.js';
import { type Slower, slowerThan } from './slower.js';

/** What the record of a build tells, beside an earlier one of the same kind. */
export interface Analysis {
  record: BuildRecord;
  /** What {@link BuildRecord.compare_with} names, where it is still there. */
  before?: BuildRecord;
  total_ms: number;
  before_ms?: number;
  steps: StepTime[];
  packages: PackageTotal[];
  /** Steps of packages that went on at the same time are in different lanes. */
  lanes: StepTime[][];
  critical?: CriticalPath;
  slower: Slower[];
  busy: CoresBusy[];
  /** The average. */
  cores?: number;
  downloads_ms: number;
}

const DOWNLOADS = new Set(['download', 'actual-download']);

export function analyze(record: BuildRecord, before?: BuildRecord): Analysis {
  const steps = stepTimes(record);
  const packages = packageTotals(steps);
  const busy = record.usage ? coresBusy(record.usage) : [];
  return {
    ...{ record, before, steps, packages, busy },
    total_ms: totalMs(record),
    before_ms: before && totalMs(before),
    lanes: lanesOf(steps),
    critical: criticalPath(packages, record.dependencies),
    slower: before ? slowerThan(packages, packageTotals(stepTimes(before))) : [],
    cores: averageCores(busy),
    downloads_ms: unionMs(steps.filter(({ step }) => DOWNLOADS.has(step))),
  };
}

/** The packages that took longest. */
export function slowest({ packages }: Pick<Analysis, 'packages'>): PackageTotal[] {
  return packages.toSorted((a, b) => b.ms - a.ms).slice(0, MOST_SLOWEST);
}

const MOST_SLOWEST = 10;
