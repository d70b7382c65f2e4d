import { expect, test } from 'vitest';
import { analyze } from '../../../../src/runner/timing/report/analysis.js';
import { traceOf } from '../../../../src/runner/timing/report/trace.js';
import { buildRecord, largeBuild, packageTime } from '../../../support/build-record.js';

test('traceOf() has phases and steps of packages in microseconds since 1970, as NX_PROFILE has its tasks', () => {
  const packages = [packageTime('zlib', 'build', 3, 5.5)];
  const events = traceOf(analyze(buildRecord({ packages })));
  const begin = Date.parse('2026-11-29T03:00:00Z') * 1000;
  expect(events.find(({ name }) => name === 'make')).toMatchObject({
    ...{ ph: 'X', cat: 'phase', ts: begin + 2e6, dur: 53e6, pid: 1, tid: 0 },
  });
  expect(events.find(({ name }) => name === 'zlib build')).toEqual({
    ...{ name: 'zlib build', cat: 'build', ph: 'X', ts: begin + 3e6, dur: 2.5e6, pid: 1, tid: 1 },
    args: { package: 'zlib', version: '1.0', step: 'build', ended: true },
  });
});

test('traceOf() has no two events of a thread at the same time, names each thread, and counts the cores', () => {
  const events = traceOf(analyze(largeBuild(100, { jobs: 4 })));
  const threads = new Set(events.flatMap(({ ph, tid }) => (ph === 'X' ? [tid] : [])));
  expect(threads.size).toBe(5);
  for (const thread of threads) {
    const own = events.filter(({ ph, tid }) => ph === 'X' && tid === thread);
    own.sort((a, b) => a.ts - b.ts);
    for (const [index, { ts, dur = 0 }] of own.entries())
      expect(own[index + 1]?.ts ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(ts + dur);
    expect(events).toContainEqual(expect.objectContaining({ name: 'thread_name', ph: 'M', tid: thread }));
  }
  expect(events.filter(({ ph }) => ph === 'C').length).toBeGreaterThan(10);
});
