/**
 * Whether long tables are run whole: `npm run test:all`. `npm test`, which CI waits for, takes some cases of each,
 * and leaves out what vitest.config.ts names.
 */
export const ALL = process.env.TESTS === 'all';

/** `count` of the cases, spread over the table from its first to its last; all of them where all are to be run. */
export function some<T>(cases: readonly T[], count: number): readonly T[] {
  if (ALL || count >= cases.length) return cases;
  const step = (cases.length - 1) / Math.max(count - 1, 1);
  return Array.from({ length: count }, (_, n) => cases[Math.round(n * step)] as T);
}
