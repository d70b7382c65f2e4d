import { expect, test } from 'vitest';
import { build } from '../../../src/runner/build.js';
import { testRun } from '../../support/runner.js';
import { stepOutput } from '../../support/step-output.js';
import { busyboxOptions, temporaryDirectory, testPackage } from '../../support/workspace.js';

const COUNT = 'echo run >>count; wc -l <count';

/** Builds once more in the same volume; how often something was built in the build directory, and what was said. */
async function built(workspaceRoot: string | undefined, more: object, opts: object = {}, fresh = false) {
  const options = busyboxOptions(COUNT, more);
  Object.assign(options.build_runner_opts ?? {}, opts);
  const pkg = await testPackage({ workspaceRoot, options });
  const run = testRun(pkg, { fresh });
  await build(pkg, { ...run, archived: false });
  return { pkg, count: Number(await stepOutput(pkg.paths.log)), said: run.stdout.text };
}

test('archive() goes on in a build directory of other settings and says so, and starts fresh where it is to', async () => {
  const first = await built(undefined, {});
  const root = first.pkg.workspaceRoot;
  expect(first.count).toBe(1);
  const other = await built(root, { env: { COLOUR: 'red' } });
  expect(other.count).toBe(2);
  expect(other.said).toMatch(/note: env changed since the last build in this build directory/);
  const same = await built(root, { env: { COLOUR: 'red' } });
  expect(same.count).toBe(3);
  expect(same.said).not.toContain('note:');
  const listed = await built(root, { env: { COLOUR: 'blue' } }, { fresh_on: ['env'] });
  expect(listed.count).toBe(1);
  expect(listed.said).toContain('Starting from an empty build directory: env changed');
  const asked = await built(root, { env: { COLOUR: 'blue' } }, { fresh_on: ['env'] }, true);
  expect(asked.count).toBe(1);
  expect(asked.said).toContain('Starting from an empty build directory: --fresh');
});

test("archive() says when a caller's value in make_args is another one", async () => {
  const workspaceRoot = await temporaryDirectory('workspace');
  const builtWith = async (SITE: string | undefined) => {
    const options = busyboxOptions(COUNT);
    Object.assign(options.build_runner_opts ?? {}, { make_args: ['SITE={env:SITE}'] });
    const pkg = await testPackage({ workspaceRoot, options });
    const run = testRun(pkg, { env: { ...process.env, SITE } });
    await build(pkg, { ...run, archived: false });
    return run.stdout.text;
  };
  const said = 'note: make_args changed since the last build';
  expect(await builtWith(undefined)).not.toContain('note:');
  expect(await builtWith('http://mirror/')).toContain(said);
  expect(await builtWith('http://mirror/')).not.toContain('note:');
  expect(await builtWith('http://other/')).toContain(said);
});
