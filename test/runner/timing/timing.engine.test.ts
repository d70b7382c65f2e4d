import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archive } from '../../../src/runner/archive.js';
import { jsonReporter } from '../../../src/runner/output/reporters.js';
import { testRun } from '../../support/runner.js';
import { until } from '../../support/wait.js';
import { busyboxOptions, testPackage } from '../../support/workspace.js';

/** Two packages, which write down what they do as Buildroot does; an hour ahead, as the clock of an engine may be. */
const MAKE = `mkdir -p build
now() { echo $(($(date +%s) + 3600)).000000000; }
for package in zlib busybox; do
  [ ! -e fails-$package ] || sleep 1
  echo "$(now):start:build               : $package" >>build/build-time.log
  echo ">>> $package 1.0 Building"
  sleep 1
  [ ! -e fails-$package ] || exit 3
  echo "$(now):end  :build               : $package" >>build/build-time.log
done
touch fails-busybox`;

test('Timing: each build leaves a record with what Buildroot has added to its log, and durations beside the archive', async () => {
  const pkg = await testPackage({ options: busyboxOptions(MAKE) });
  const record = async (number: number) =>
    JSON.parse(await readFile(join(pkg.paths.timing, `${number}.json`), 'utf8'));
  const first = testRun(pkg);
  const { stdout } = first;
  await archive(pkg, {
    ...first,
    reporter: jsonReporter({ stdout, clock: () => performance.now(), verbose: false }),
  });
  const complete = await record(1);
  expect(complete).toMatchObject({ version: 1, number: 1, package: 'alpha', result: 'success', fresh: true });
  expect(complete).toMatchObject({ waited_ms: 0, failure: null });
  expect(complete.steps.map(({ name }: { name: string }) => name)).toEqual([
    ...['image', 'sources', 'make', 'make system', 'archive'],
  ]);
  const make = complete.steps[2];
  expect(complete.packages).toHaveLength(2);
  for (const { version, start_ms, end_ms } of complete.packages) {
    expect(version).toBe('1.0');
    expect(start_ms).toBeGreaterThan(make.start_ms - 1500); // its clock has seconds
    expect(end_ms).toBeLessThan(make.end_ms + 1500);
  }
  const events = stdout.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.filter(({ type }) => type === 'package').map(({ name }) => name)).toEqual([
    'zlib',
    'busybox',
  ]);
  expect(events.at(-1)).toMatchObject({ type: 'result', result: 'success' });
  const beside = (await readdir(pkg.paths.archive)).find((name) => name.endsWith('.timing.json')) ?? '';
  const { durations } = JSON.parse(await readFile(join(pkg.paths.archive, beside), 'utf8'));
  expect(Object.keys(durations)).toEqual(['zlib', 'busybox']);

  const second = testRun(pkg);
  await expect(archive(pkg, second)).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  const failed = await record(2);
  expect(failed).toMatchObject({ result: 'failure', fresh: false, compare_with: null });
  expect(failed.packages, 'what this build has added alone').toHaveLength(2);
  expect(failed.packages[1]).toMatchObject({ name: 'busybox', step: 'build' });
  expect(failed.packages[1]).not.toHaveProperty('end_ms');
  expect(failed.failure).toMatchObject({ code: 'BUILD_FAILED', package: 'busybox', step: 'build' });
  expect(second.stdout.text).toMatch(/>>> Failed in make after 0:\d\d; log: systems\/alpha\/build\.log\n$/);
});

test('Timing: the record of a build says how long it waited for another one of its package', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo ">>> a 1 Building"; sleep 3') });
  const [first, second] = [testRun(pkg), testRun(pkg)];
  const one = archive(pkg, first);
  await until(() => first.stdout.text.includes('>>> a 1 Building'));
  await Promise.all([one, archive(pkg, second)]);
  expect(second.stdout.text).toMatch(/^Waiting for .*: it holds the build volume$/m);
  const records = await Promise.all([1, 2].map((n) => readFile(join(pkg.paths.timing, `${n}.json`), 'utf8')));
  const [alone, waited] = records.map((text) => JSON.parse(text).waited_ms);
  expect(alone).toBe(0);
  expect(waited).toBeGreaterThan(500);
  expect(waited).toBeLessThan(20_000);
});
