import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { carriedText, readHistory } from '../../../src/runner/timing/durations.js';
import { type BuildRecord, type PackageTime, writeRecord } from '../../../src/runner/timing/record.js';
import { temporaryDirectory } from '../../support/workspace.js';

const time = (name: string, step: string, start_ms: number, end_ms?: number): PackageTime => ({
  ...{ name, version: '1', step, start_ms, end_ms },
});

const NOT_KNOWN = { dependencies: null, buildroot: null, usage: null };

const RECORD: Omit<BuildRecord, 'number' | 'version'> = {
  ...{ package: 'alpha', package_version: '0.1.0', configuration: null, recipe: 'r1' },
  ...{ started: '2026-11-29T03:00:00.000Z', finished: '2026-11-29T03:01:00.000Z' },
  ...{
    result: 'success',
    fresh: true,
    ccache: null,
    ...NOT_KNOWN,
    compare_with: null,
    build_order: ['zlib', 'busybox'],
  },
  steps: [
    { name: 'make', start_ms: 0, end_ms: 1000 },
    { name: 'archive', start_ms: 1000, end_ms: 1500 },
  ],
  packages: [
    time('zlib', 'build', 100, 300),
    time('zlib', 'install', 300, 400),
    time('busybox', 'build', 300, 900),
  ],
};

test('readHistory() has the newest duration of each step, what a complete build has, and what follows the packages', async () => {
  const directory = await temporaryDirectory('timing');
  await writeRecord(directory, RECORD);
  const packages = [time('zlib', 'build', 0, 50), time('new', 'build', 60)];
  await writeRecord(directory, {
    ...RECORD,
    fresh: false,
    result: 'failure',
    recipe: 'r2',
    build_order: null,
    packages,
  });
  const history = await readHistory(directory, '/nowhere');
  expect([...history.durations].map(([name, steps]) => [name, Object.fromEntries(steps)])).toEqual([
    ['zlib', { build: 50, install: 100 }],
    ['busybox', { build: 600 }],
  ]);
  expect(history.packages).toEqual(['zlib', 'busybox']);
  expect(history.tail_ms).toBe(600);
  expect(history.pace).toBeCloseTo(800 / 900);
  expect([...history.orders]).toEqual([['r1', ['zlib', 'busybox']]]);
});

test('readHistory() fills in what came with the archive out of a cache', async () => {
  const [here, there] = [await temporaryDirectory('timing'), await temporaryDirectory('archive')];
  await writeRecord(there, RECORD);
  const text = carriedText(await readHistory(there, '/nowhere'), RECORD, true);
  await writeFile(join(there, 'alpha-portable-0.1.0-1234567.timing.json'), text);
  const history = await readHistory(here, there);
  expect(history).toEqual({
    ...(await readHistory(there, '/nowhere')),
    orders: new Map(),
    dependencies: new Map(),
  });
});

test('readHistory() of nothing, or of what is broken, is empty', async () => {
  const directory = await temporaryDirectory('archive');
  await writeFile(join(directory, 'x.timing.json'), '{"version":1');
  const empty = {
    durations: new Map(),
    packages: [],
    tail_ms: 0,
    pace: 1,
    orders: new Map(),
    dependencies: new Map(),
  };
  expect(await readHistory('/nowhere', directory)).toEqual(empty);
});

test('carriedText() of an incremental build keeps what was known before', async () => {
  const directory = await temporaryDirectory('timing');
  await writeRecord(directory, RECORD);
  const history = await readHistory(directory, '/nowhere');
  const packages = [time('zlib', 'build', 0, 70)];
  const carried = JSON.parse(carriedText(history, { packages, steps: [] }, false));
  expect(carried.durations).toEqual({ zlib: { build: 70, install: 100 }, busybox: { build: 600 } });
  expect(carried.packages).toEqual(['zlib', 'busybox']);
});
