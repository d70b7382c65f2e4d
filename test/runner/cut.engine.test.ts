import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { archive } from '../../src/runner/archive.js';
import { engineProxy } from '../support/engine-proxy.js';
import { line } from '../support/line.js';
import { containersOf, testEngine, testRun } from '../support/runner.js';
import { some } from '../support/some.js';
import { outputOf, stepOutput } from '../support/step-output.js';
import { until } from '../support/wait.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

/** A step that prints six times that many lines, with half a second after each. */
const step = (lines: number) =>
  `for i in 1 2 3 4 5 6; do echo ">>> part $i"; seq $((i * ${lines})) $((i * ${lines} + ${lines - 1})); sleep 0.5; done`;
const expected = (lines: number) =>
  [1, 2, 3, 4, 5, 6]
    .flatMap((part) => [`>>> part ${part}`, ...Array.from({ length: lines }, (_, n) => part * lines + n)])
    .map((text) => `${text}\n`)
    .join('');

test.each(
  some(
    [
      [400_000, 10_000],
      [100_000, 70_000], // 3 MB
    ],
    1,
  ),
)(
  'archive(): over a line of %i bytes a second, on which nothing passes for some seconds, build.log is byte for byte complete',
  async (bytes, lines) => {
    const [slow, pkg] = [await line(bytes), await testPackage({ options: busyboxOptions(step(lines)) })];
    const run = testRun(pkg, { env: slow.env });
    const building = archive(pkg, run);
    await until(() => run.stdout.text.includes('>>> part 2'));
    await slow.stall(3_000);
    await building;
    const log = outputOf(await readFile(pkg.paths.log));
    expect(log.equals(Buffer.from(expected(lines)))).toBe(true);
  },
  120_000,
);

test('archive(): a cut that ends the connections is ENGINE_LOST, leaves no container, and the next one goes on', async () => {
  const all = step(10_000);
  const make = `[ -e done ] || { touch done; ${all}; }; echo again; ${all}`;
  const [cut, pkg] = [await line(), await testPackage({ options: busyboxOptions(make) })];
  const run = testRun(pkg, { env: cut.env });
  const building = archive(pkg, run).catch((error) => error);
  await until(() => run.stdout.text.includes('>>> part 2'));
  cut.cut();
  const at = performance.now();
  expect(await building).toMatchObject({ code: 'ENGINE_LOST' });
  expect(performance.now() - at).toBeLessThan(10_000);
  const engine = await testEngine();
  await until(async () => (await containersOf(engine, pkg.workspaceRoot)).length === 0, 5_000);
  const log = await stepOutput(pkg.paths.log);
  // cut within a line, which then ends where a line of ours begins
  expect(expected(10_000).startsWith(log.replace(/\n$/, ''))).toBe(true);
  await archive(pkg, testRun(pkg, { env: cut.env }));
  expect(await stepOutput(pkg.paths.log)).toBe(`again\n${expected(10_000)}`);
}, 120_000);

test.each([
  ['what is set up before', /^POST \/exec\/sh /, /^ENGINE_LOST: could not prepare the build volume: /],
  ['a step', /^POST \/exec\/true T=/, /^ENGINE_LOST: could not run make \(true T=\{env:TEST_TOKEN\}\): /],
])(
  'archive(): an engine that is lost in %s is told without a script of ours, nor a secret of the caller',
  async (_, request, expected) => {
    const options = busyboxOptions();
    Object.assign(options.build_runner_opts ?? {}, {
      make_args: ['T={env:TEST_TOKEN}'],
      commands: { make: ['true', '{make_args}'], archive: ['true'] },
    });
    const [proxy, pkg] = [await engineProxy(), await testPackage({ options })];
    proxy.on(request, (response) => {
      response.destroy();
      proxy.cut();
      return true;
    });
    const env = { ...proxy.env, TEST_TOKEN: 'very secret' };
    const error = await archive(pkg, testRun(pkg, { env })).catch((lost) => lost);
    expect(error).toMatchObject({ code: 'ENGINE_LOST' });
    expect(error.message).toMatch(expected);
    expect(error.message).not.toMatch(/very secret|\bfind\b|\n.*\n.*\n/);
  },
);
