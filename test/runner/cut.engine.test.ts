import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { archive } from '../../src/runner/archive.js';
import { line } from '../support/line.js';
import { containersOf, testEngine, testRun } from '../support/runner.js';
import { until } from '../support/wait.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

/** A step that prints six times 10,000 lines, with half a second after each. */
const STEP =
  'for i in 1 2 3 4 5 6; do echo ">>> part $i"; seq $((i * 10000)) $((i * 10000 + 9999)); sleep 0.5; done';
const EXPECTED = [1, 2, 3, 4, 5, 6]
  .flatMap((part) => [
    `>>> part ${part}`,
    ...Array.from({ length: 10_000 }, (_, n) => `${part * 10_000 + n}`),
  ])
  .map((text) => `${text}\n`)
  .join('');

test('archive(): over a slow line, on which nothing passes for some seconds, build.log is byte for byte complete', async () => {
  const [slow, pkg] = [await line(400_000), await testPackage({ options: busyboxOptions(STEP) })];
  const run = testRun(pkg, { env: slow.env });
  const building = archive(pkg, run);
  await until(() => run.stdout.text.includes('>>> part 2'));
  await slow.stall(3_000);
  await building;
  expect((await readFile(pkg.paths.log)).equals(Buffer.from(EXPECTED))).toBe(true);
}, 60_000);

test('archive(): a cut that ends the connections is ENGINE_LOST, leaves no container, and the next one goes on', async () => {
  const step = `[ -e done ] || { touch done; ${STEP}; }; echo again; ${STEP}`;
  const [cut, pkg] = [await line(), await testPackage({ options: busyboxOptions(step) })];
  const run = testRun(pkg, { env: cut.env });
  const building = archive(pkg, run).catch((error) => error);
  await until(() => run.stdout.text.includes('>>> part 2'));
  cut.cut();
  const at = performance.now();
  expect(await building).toMatchObject({ code: 'ENGINE_LOST' });
  expect(performance.now() - at).toBeLessThan(10_000);
  const engine = await testEngine();
  await until(async () => (await containersOf(engine, pkg.workspaceRoot)).length === 0, 5_000);
  const log = await readFile(pkg.paths.log, 'utf8');
  expect(EXPECTED.startsWith(log)).toBe(true);
  await archive(pkg, testRun(pkg, { env: cut.env }));
  expect(await readFile(pkg.paths.log, 'utf8')).toBe(`again\n${EXPECTED}`);
}, 60_000);
