import type { PackageTotal } from './package-totals.js';

export interface Slower {
  name: string;
  before_ms: number;
  ms: number;
}

/** What differs by less is chance. */
const LEAST_MS = 1000;
const LEAST_PART = 0.1;

/** What took longer than in another build, of the packages that both have; the largest difference first. */
export function slowerThan(totals: readonly PackageTotal[], before: readonly PackageTotal[]): Slower[] {
  const earlier = new Map(before.map(({ name, ms }) => [name, ms]));
  const slower = totals.flatMap(({ name, ms }) => {
    const before_ms = earlier.get(name);
    const more = ms - (before_ms ?? ms);
    if (before_ms === undefined || more < LEAST_MS || more < before_ms * LEAST_PART) return [];
    return [{ name, before_ms, ms }];
  });
  return slower.sort((a, b) => b.ms - b.before_ms - (a.ms - a.before_ms));
}
