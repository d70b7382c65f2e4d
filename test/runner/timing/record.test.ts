import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type BuildRecord, lastOfKind, records, writeRecord } from '../../../src/runner/timing/record.js';
import { temporaryDirectory } from '../../support/workspace.js';

const NOT_KNOWN = { dependencies: null, buildroot: null, usage: null };

const RECORD: Omit<BuildRecord, 'number' | 'version'> = {
  ...{ package: 'alpha', package_version: '0.1.0', configuration: null, recipe: 'a'.repeat(64) },
  ...{ started: '2026-11-29T03:00:00.000Z', finished: '2026-11-29T03:01:00.000Z' },
  ...{ result: 'success', fresh: false, steps: [], packages: [] },
  ...{ build_order: null, ccache: null, ...NOT_KNOWN, compare_with: null },
};

test('writeRecord() counts up, also for two at once, and keeps ten and the newest complete one', async () => {
  const directory = join(await temporaryDirectory('timing'), 'timing');
  await writeRecord(directory, { ...RECORD, fresh: true });
  await writeRecord(directory, { ...RECORD, fresh: true });
  await writeRecord(directory, { ...RECORD, fresh: true, result: 'failure' });
  for (let n = 0; n < 12; n++) await writeRecord(directory, RECORD);
  const two = await Promise.all([writeRecord(directory, RECORD), writeRecord(directory, RECORD)]);
  expect(new Set(two.map(({ number }) => number))).toEqual(new Set([16, 17]));
  const numbers = (await readdir(directory)).map((name) => Number(name.replace('.json', '')));
  expect(numbers.sort((a, b) => a - b)).toEqual([2, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
});

test('records() gives the newest first, and passes by what is no record', async () => {
  const directory = await temporaryDirectory('timing');
  for (let n = 0; n < 10; n++) await writeRecord(directory, RECORD);
  await writeFile(join(directory, '11.json'), '{"version":2}');
  await writeFile(join(directory, '12.json'), '{"ver');
  await writeFile(join(directory, 'timing.html'), '');
  const numbers: number[] = [];
  for await (const { number } of records(directory)) numbers.push(number);
  expect(numbers).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  for await (const _ of records('/nowhere')) expect.unreachable();
});

test('lastOfKind() finds the last success of the same configuration, fresh or not', async () => {
  const directory = await temporaryDirectory('timing');
  await writeRecord(directory, { ...RECORD, fresh: true });
  await writeRecord(directory, RECORD);
  await writeRecord(directory, { ...RECORD, result: 'interrupted' });
  await writeRecord(directory, { ...RECORD, configuration: 'debug' });
  expect((await lastOfKind(directory, { configuration: null, fresh: false }))?.number).toBe(2);
  expect((await lastOfKind(directory, { configuration: null, fresh: true }))?.number).toBe(1);
  expect(await lastOfKind(directory, { configuration: 'debug', fresh: true })).toBeUndefined();
});
