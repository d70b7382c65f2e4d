import { describe, expect, test } from 'vitest';
import { analyze, slowest } from '../../../../src/runner/timing/report/analysis.js';
import { coresBusy } from '../../../../src/runner/timing/report/cores.js';
import { criticalPath, mainPart } from '../../../../src/runner/timing/report/critical-path.js';
import { lanesOf, unionMs } from '../../../../src/runner/timing/report/intervals.js';
import { packageTotals, stepTimes } from '../../../../src/runner/timing/report/package-totals.js';
import { buildRecord, largeBuild, packageTime } from '../../../support/build-record.js';

const at = (start_ms: number, end_ms: number) => ({ start_ms, end_ms });

test('unionMs() counts once what went on at the same time', () => {
  expect(unionMs([at(10, 20), at(0, 5), at(15, 30), at(16, 17)])).toBe(25);
  expect(unionMs([])).toBe(0);
});

test('lanesOf() has no two at the same time in a lane, and no more lanes than that takes', () => {
  expect(lanesOf([at(5, 9), at(0, 5), at(3, 7), at(7, 8)])).toEqual([
    [at(0, 5), at(5, 9)],
    [at(3, 7), at(7, 8)],
  ]);
});

test('packageTotals() sums the steps of a package, and takes what has not ended until the end of the build', () => {
  const packages = [
    packageTime('zlib', 'extract', 2, 3),
    packageTime('zlib', 'build', 10, 20),
    packageTime('gcc', 'build', 5),
  ];
  const totals = packageTotals(stepTimes(buildRecord({ packages })));
  expect(totals.map(({ name, ms, start_ms, end_ms }) => [name, ms, start_ms, end_ms])).toEqual([
    ['zlib', 11_000, 2000, 20_000],
    ['gcc', 55_000, 5000, 60_000],
  ]);
  expect(totals[1]?.steps[0]).toMatchObject({ isOpen: true });
});

describe('criticalPath()', () => {
  const totals = (times: Record<string, number>) =>
    packageTotals(
      stepTimes(
        buildRecord({
          packages: Object.entries(times).map(([name, s]) => packageTime(name, 'build', 0, s)),
        }),
      ),
    );
  const names = (path: ReturnType<typeof criticalPath>) => path?.packages.map(({ name }) => name);

  test('is the chain that takes longest, not that of most packages', () => {
    const needs = { gcc: ['gmp'], gmp: [], zlib: [], png: ['zlib'], gtk: ['png'] };
    const path = criticalPath(totals({ gcc: 20, gmp: 2, zlib: 1, png: 1, gtk: 1 }), needs);
    expect(names(path)).toEqual(['gmp', 'gcc']);
    expect(path?.ms).toBe(22_000);
  });

  test('leads through packages that were not built, which take no time', () => {
    const needs = { app: ['toolchain'], toolchain: ['gcc'], gcc: [] };
    expect(names(criticalPath(totals({ app: 3, gcc: 5 }), needs))).toEqual(['gcc', 'app']);
  });

  test.each([
    ['need each other', { a: ['b'], b: ['a'] }],
    ['need what nobody knows', { a: ['nobody', 'constructor', '__proto__'] }],
    ['are not known', {}],
  ])('ends where packages %s', (_, needs) => {
    expect(criticalPath(totals({ a: 1, b: 2 }), needs)?.ms).toBeGreaterThanOrEqual(2000);
  });

  test('is undefined without dependencies', () => {
    expect(criticalPath(totals({ a: 1 }), null)).toBeUndefined();
    expect(criticalPath([], { a: [] })).toBeUndefined();
  });

  test('never takes longer than the packages, nor than a build that went by it', () => {
    const { critical, packages, total_ms } = analyze(largeBuild(300, { jobs: 4 }));
    expect(critical?.ms).toBeLessThanOrEqual(total_ms);
    expect(critical?.ms).toBeGreaterThan(Math.max(...packages.map(({ ms }) => ms)));
  });

  test('mainPart() has the largest in their order, and counts the others', () => {
    const path = criticalPath(totals({ a: 3, b: 1, c: 5 }), { a: [], b: ['a'], c: ['b'] });
    const { main, ...others } = mainPart(path ?? { ms: 0, packages: [] }, 2);
    expect(main.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(others).toEqual({ others: 1, othersMs: 1000 });
  });
});

test('coresBusy() is what the cores worked between two samples, and nothing over a restart', () => {
  const samples = [
    { at_ms: 5000, cpu_ms: 1000, memory: 0 },
    { at_ms: 10_000, cpu_ms: 8500, memory: 0 },
    { at_ms: 15_000, cpu_ms: 100, memory: 0 },
    { at_ms: 20_000, cpu_ms: 5100, memory: 0 },
  ];
  expect(coresBusy({ cores: 2, memory_limit: 1, samples })).toEqual([
    { ...at(5000, 10_000), cores: 1.5 },
    { ...at(15_000, 20_000), cores: 1 },
  ]);
});

test('analyze() compares with the earlier build what both have built', () => {
  const now = [packageTime('zlib', 'build', 3, 9), packageTime('gcc', 'build', 9, 29)];
  const then = [packageTime('zlib', 'build', 3, 5), packageTime('gcc', 'build', 5, 24.5)];
  const before = buildRecord({ number: 1, packages: then, finished: '2026-11-29T03:00:50.000Z' });
  const analysis = analyze(buildRecord({ packages: now }), before);
  expect(analysis).toMatchObject({ total_ms: 60_000, before_ms: 50_000 });
  expect(analysis.slower, 'gcc by less than a tenth').toEqual([{ name: 'zlib', before_ms: 2000, ms: 6000 }]);
  expect(slowest(analysis).map(({ name }) => name)).toEqual(['gcc', 'zlib']);
});

test('analyze() of a build without packages, or that took no time, has nothing to say', () => {
  expect(analyze(buildRecord())).toMatchObject({ packages: [], lanes: [], slower: [], busy: [] });
  const { started } = buildRecord();
  expect(analyze(buildRecord({ finished: started, steps: [] })).total_ms).toBe(0);
});
