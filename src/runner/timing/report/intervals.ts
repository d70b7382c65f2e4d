/** Milliseconds since the start of a build. */
export interface Interval {
  start_ms: number;
  end_ms: number;
}

/** How long at least one of them was going on. */
export function unionMs(intervals: readonly Interval[]): number {
  let sum = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { start_ms, end_ms } of byStart(intervals)) {
    sum += Math.max(0, end_ms - Math.max(start_ms, until));
    until = Math.max(until, end_ms);
  }
  return sum;
}

/** The fewest lanes in which no two of them overlap. */
export function lanesOf<T extends Interval>(intervals: readonly T[]): T[][] {
  const lanes: T[][] = [];
  for (const interval of byStart(intervals)) {
    const free = lanes.find((lane) => (lane.at(-1)?.end_ms ?? 0) <= interval.start_ms);
    if (free) free.push(interval);
    else lanes.push([interval]);
  }
  return lanes;
}

const byStart = <T extends Interval>(intervals: readonly T[]) =>
  intervals.toSorted((a, b) => a.start_ms - b.start_ms);
