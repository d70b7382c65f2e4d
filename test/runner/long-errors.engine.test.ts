import { expect, test } from 'vitest';
import { parseOptions } from '../../src/options/parse.js';
import { buildOptions } from '../../src/options/schema.js';
import type { BuildOptionsInput } from '../../src/options/types.js';
import { archive } from '../../src/runner/archive.js';
import { shell } from '../../src/runner/shell.js';
import { testImage } from '../support/image.js';
import { testRun } from '../support/runner.js';
import { busyboxOptions, TOOLBOX, testPackage } from '../support/workspace.js';

const messageOf = async (run: Promise<unknown>): Promise<string> =>
  await run.then(
    () => 'no error',
    (error: Error) => error.message,
  );

/** What a person reads to its end; no script and no list. */
function expectShort(message: string): void {
  expect(message.split('\n').length, message).toBeLessThan(25);
  expect(Math.max(...message.split('\n').map((line) => line.length)), message).toBeLessThan(1700);
  expect(message.length, message).toBeLessThan(4000);
  expect(message).not.toMatch(/while |do\n|done|xargs|\$\{/);
}

async function failureOf(options: BuildOptionsInput): Promise<string> {
  const pkg = await testPackage({ options });
  return await messageOf(archive(pkg, testRun(pkg)));
}

const SCRIPT = `${'while false; do echo x; done\n'.repeat(300)}exit 3`;
const PATHS = Array.from({ length: 500 }, (_, n) => `images/a/long/directory/of/it/${n}.img`);

test('archive() shows no script of the user', async () => {
  const message = await failureOf(
    busyboxOptions(`echo begin; [ -z "$x" ] && exit 3; : ${'x'.repeat(200)}\n${SCRIPT}`),
  );
  expect(message).toMatch(/^BUILD_FAILED: could not run make \(sh -c echo begin; .* \.\.\.\): it ended with/);
  expectShort(message);
});

test('archive() shows no 500 paths of the option files', async () => {
  const opts = { commands: { make: 'true' }, files: PATHS };
  const message = await failureOf(busyboxOptions('', { build_runner_opts: opts }));
  expect(message).toMatch(/^ARCHIVE_MISSING: .* matches "images.*\/4\.img", and 495 more\n/);
  expectShort(message);
});

test('archive() shows no script of its own, and not all that a program in it prints', async () => {
  const find = `#!/bin/sh\nfor n in $(seq 500); do echo "find: $n: $(seq -s ' ' 500)" >&2; done; exit 1\n`;
  const dockerfile = 'COPY find /usr/bin/find\nRUN chmod 755 /usr/bin/find';
  const tag = await testImage(dockerfile, { find }, TOOLBOX);
  const docker = { tag, pull: 'never' as const };
  const opts = { commands: { make: 'true' }, files: ['*'] };
  const message = await failureOf(
    busyboxOptions('', { build_runner_config: { docker }, build_runner_opts: opts }),
  );
  expect(message).toMatch(/exit code \d+\n {2}\| find: \d+: 1 2 3 /);
  expectShort(message);
});

test('shell() shows no script of the user', async () => {
  const pkg = await testPackage({ options: busyboxOptions('true') });
  const run = { ...testRun(pkg), terminal: undefined as never, command: SCRIPT };
  expectShort(
    await messageOf(shell(pkg, { ...run, host: { ...run.host, env: { DOCKER_HOST: 'unix:///x' } } })),
  );
});

test('parseOptions() shows no 500 options that are wrong', async () => {
  const input = { build_runner_opts: { files: PATHS.map((path) => ({ from: path, tp: path })) } };
  const message = await messageOf(
    Promise.resolve().then(() => parseOptions(buildOptions, input, 'alpha:build')),
  );
  expect(message).toMatch(/^BAD_OPTION: /);
  expectShort(message);
});
