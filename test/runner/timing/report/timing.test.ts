import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Package } from '../../../../src/artifact/package.js';
import { type BuildRecord, writeRecord } from '../../../../src/runner/timing/record.js';
import { reportBuild } from '../../../../src/runner/timing/report/after-build.js';
import { timing } from '../../../../src/runner/timing/report/timing.js';
import { buildRecord, packageTime } from '../../../support/build-record.js';
import { temporaryDirectory } from '../../../support/workspace.js';

const ZLIB = packageTime('zlib', 'build', 3, 9);

async function packageWith(...records: Partial<BuildRecord>[]) {
  const directory = await temporaryDirectory('timing');
  for (const { number, version, ...record } of records.map(buildRecord)) await writeRecord(directory, record);
  return (configuration?: string) =>
    ({ project: 'alpha', configuration, paths: { timing: directory } }) as unknown as Package;
}

test('timing() has the newest build of the configuration, beside the one that it is compared with', async () => {
  const pkg = await packageWith(
    { packages: [packageTime('zlib', 'build', 3, 5)], finished: '2026-11-29T03:00:50.000Z' },
    { packages: [ZLIB], compare_with: 1, dependencies: { zlib: [] } },
    { configuration: 'debug' },
  );
  const { summary, text, files } = await timing(pkg());
  expect(summary).toMatchObject({
    ...{ version: 1, total_ms: 60_000, before_ms: 50_000, cores: null, record: { number: 2 } },
    packages: [{ name: 'zlib', version: '1.0', start_ms: 3000, ms: 6000 }],
    critical_path: { ms: 6000, packages: ['zlib'] },
    slower: [{ name: 'zlib', before_ms: 2000, ms: 6000 }],
  });
  expect(
    text,
  ).toBe(`alpha 0.1.0: build 2, took 1:00 from an empty build directory; the last one of that kind took 0:50
phases:
  image    2.0 s
  make     53.0 s
  archive  5.0 s
slowest packages:
  zlib  6.0 s
critical path, 0:06:
  zlib  6.0 s
slower than in build 1:
  zlib  6.0 s, was 2.0 s`);
  expect(await readFile(files.page, 'utf8')).toContain('alpha 0.1.0: build 2');
  expect(JSON.parse(await readFile(files.trace, 'utf8'))).toBeInstanceOf(Array);
  expect((await timing(pkg('debug'))).summary.record.number).toBe(3);
  expect((await timing(pkg(), 1)).text).toContain('build 1,');
});

test('timing() of a build without a record is RECORD_MISSING, and names those that have one', async () => {
  const pkg = await packageWith({}, {});
  await expect(timing(pkg(), 7)).rejects.toMatchObject({
    code: 'RECORD_MISSING',
    message: expect.stringContaining('could not find build 7 of alpha: there are records of the builds 1, 2'),
  });
  await expect(timing(pkg('debug'))).rejects.toMatchObject({ code: 'RECORD_MISSING' });
  const none = await packageWith();
  await expect(timing(none())).rejects.toThrow(/find the last build of alpha: no build was recorded/);
});

test('reportBuild() gives advice on a slow build alone, and writes the report of any', async () => {
  const directory = await temporaryDirectory('timing');
  const slow = { finished: '2026-11-29T03:10:00.000Z' };
  const packages = [packageTime('zlib', 'download', 2, 400)];
  const lines = (changes: Partial<BuildRecord>) =>
    reportBuild(`${directory}/timing`, { record: buildRecord({ packages, ...changes }) }, directory);
  expect(await lines({})).toEqual([]);
  expect(await readdir(`${directory}/timing`)).toEqual(['timing.html', 'timing.trace.json']);
  expect(await lines({ ...slow, result: 'failure' })).toEqual([]);
  expect(await lines({ ...slow, packages: [] })).toEqual([]);
  expect(await lines(slow)).toEqual([
    expect.stringMatching(/^Downloads took 6:38, 66 % of the build/),
    'What took how long: timing/timing.html',
  ]);
});
