import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { ALL } from '../test/support/some.js';
import { temporaryDirectory } from '../test/support/workspace.js';
import { removeAllOf, volumesOf } from './support/engine.js';

const DEMO = join(import.meta.dirname, '../scripts/demo.mjs');
const installed = () => join(inject('e2e'), 'installed');

/** What `npm run demo -- NAME` runs, with the plugin that all tests have: its steps say what they expect, and fail. */
async function demo(home: string, name: string): Promise<void> {
  const args = [DEMO, name, '--in', home, '--installed', installed()];
  const { all, exitCode } = await execa('node', args, { all: true, reject: false, stdin: 'ignore' });
  expect(exitCode, all).toBe(0);
  const [, times] = /^(Done in \d+ s:\n.*)To take it away/ms.exec(all) ?? [];
  console.log(`${name}: ${times}`);
}

/** A place for the workspace of an example; what it made on the engine goes with it. */
async function place(): Promise<string> {
  const before = (path: string) => removeAllOf(join(path, 'workspace'));
  return await temporaryDirectory('test', { parent: inject('e2e'), before });
}

const LONG = 1_200_000; // for a busy machine

test.each(ALL ? ['monorepo', 'busybox', 'toolchain'] : ['nerves-system'])(
  'npm run demo -- %s does what its steps say',
  async (name) => {
    await demo(await place(), name);
  },
  LONG,
);

test.each(ALL ? ['busybox', 'toolchain', 'nerves-system'] : [])(
  'npm run demo -- %s starts from nothing after its directory was deleted and made again',
  async (name) => {
    const home = await place();
    await demo(home, name);
    await rm(home, { recursive: true });
    expect((await volumesOf(join(home, 'workspace'))).length).toBeGreaterThan(0);
    // a step of it expects that the first build has an empty build directory, and not those volumes
    await demo(home, name);
  },
  LONG,
);

test('npm run demo -- crosstool-ng says at once, in one line, what it needs', async () => {
  const alone = ['--map-root-user', '--net', 'node', DEMO, 'crosstool-ng', '--in', await place()];
  const { all, exitCode } = await execa('unshare', alone, { all: true, reject: false });
  expect(all).toMatch(
    /^crosstool-ng builds from sources of github.com and ftp.gnu.org, and https:.* is not reachable .*$/,
  );
  expect(exitCode).toBe(1);
});

test('npm run demo lists the examples, also for one that is not there', async () => {
  const { stdout } = await execa('node', [DEMO, '--help']);
  const { stderr, exitCode } = await execa('node', [DEMO, 'nothing'], { reject: false });
  expect(stderr).toContain(`There is no example "nothing".\n${stdout}`);
  expect(exitCode).toBe(1);
  for (const name of ['monorepo', 'busybox', 'toolchain', 'nerves-system', 'crosstool-ng'])
    expect(stdout).toMatch(new RegExp(`^  ${name} +\\w.*$`, 'm'));
});

test('npm run demo -- --in refuses a directory with files of somebody', async () => {
  const home = await place();
  await mkdir(join(home, 'photos'));
  const args = [DEMO, 'busybox', '--in', home, '--installed', installed()];
  const { all, exitCode } = await execa('node', args, { all: true, reject: false });
  expect(all).toContain('has photos, which no demo made: name another directory.');
  expect(exitCode).toBe(1);
});
