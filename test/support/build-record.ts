import type { BuildRecord, PackageTime } from '../../src/runner/timing/record.js';

/** The record of a build that took a minute. */
export function buildRecord(changes: Partial<BuildRecord> = {}): BuildRecord {
  return {
    ...{ version: 1, number: 2, package: 'alpha', package_version: '0.1.0', configuration: null },
    ...{ recipe: 'ab'.repeat(32), result: 'success', fresh: true, compare_with: null },
    ...{ started: '2026-11-29T03:00:00.000Z', finished: '2026-11-29T03:01:00.000Z' },
    steps: [
      { name: 'image', start_ms: 0, end_ms: 2000 },
      { name: 'make', start_ms: 2000, end_ms: 55_000 },
      { name: 'archive', start_ms: 55_000, end_ms: 60_000 },
    ],
    ...{ packages: [], build_order: null, dependencies: null, buildroot: null, usage: null, ccache: null },
    ...changes,
  };
}

/** A step of a package, in seconds. */
export const packageTime = (name: string, step: string, start: number, end?: number): PackageTime => ({
  ...{ name, version: '1.0', step, start_ms: start * 1000 },
  ...(end !== undefined && { end_ms: end * 1000 }),
});

/** The same numbers each time. */
function random(): () => number {
  let state = 7;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const SHARES: [step: string, share: number][] = [
  ['download', 0.1],
  ['extract', 0.05],
  ['patch', 0.02],
  ['configure', 0.25],
  ['build', 0.48],
  ['install-target', 0.1],
];

/** A build of many packages, as many at once as there are jobs, each after what it needs. */
export function largeBuild(
  count: number,
  { jobs = 1, factor = 1, ...changes }: Partial<BuildRecord> & { jobs?: number; factor?: number } = {},
): BuildRecord {
  const next = random();
  const ends = new Map<string, number>();
  const free = Array.from({ length: jobs }, () => 12_000);
  const packages: PackageTime[] = [];
  const dependencies: Record<string, string[]> = {};
  for (let n = 0; n < count; n++) {
    const name = n % 3 === 0 ? `host-package${n}` : `package${n}`;
    const earlier = [...ends.keys()];
    const needs = [next(), next()].flatMap((part) => earlier[Math.floor(part * earlier.length)] ?? []);
    dependencies[name] = [...new Set(needs)];
    const job = free.indexOf(Math.min(...free));
    let at = Math.max(free[job] ?? 0, ...needs.map((need) => ends.get(need) ?? 0));
    const ms = (800 + next() ** 4 * 40_000) * (next() > 0.9 ? factor : 1);
    for (const [step, share] of SHARES) {
      const took = Math.round(ms * share);
      packages.push({ name, version: `1.${n}`, step, start_ms: at, end_ms: at + took });
      at += took;
    }
    free[job] = at;
    ends.set(name, at);
  }
  const end = Math.max(...free);
  const every = Math.max(5000, end / 300);
  let cpu_ms = 0;
  const samples = Array.from({ length: Math.floor(end / every) }, (_, n) => {
    cpu_ms += Math.round(every * Math.min(4, jobs * (0.4 + next())));
    return { at_ms: Math.round(12_000 + n * every), cpu_ms, memory: Math.round(1e9 + next() * 2e9) };
  });
  const started = '2026-11-29T03:00:00.000Z';
  return buildRecord({
    ...{ packages, dependencies, started, build_order: Object.keys(dependencies) },
    finished: new Date(Date.parse(started) + end + 30_000).toISOString(),
    steps: [
      { name: 'image', start_ms: 100, end_ms: 8000 },
      { name: 'sources', start_ms: 8000, end_ms: 12_000 },
      { name: 'make', start_ms: 12_000, end_ms: end },
      { name: 'make system', start_ms: end, end_ms: end + 24_000 },
      { name: 'archive', start_ms: end + 24_000, end_ms: end + 30_000 },
    ],
    usage: { cores: 4, memory_limit: 16e9, samples },
    ...changes,
  });
}
