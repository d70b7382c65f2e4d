import { expect, test } from 'vitest';
import { below, system, systemOptions } from './support/systems.js';
import { NO_ENGINE, testWorkspace } from './support/workspace.js';

/** The JSON among what Nx prints, as docs/options.md takes it out. */
function jsonIn(text: string) {
  return JSON.parse(/^\{$[\s\S]*?^\}$/m.exec(text)?.[0] ?? '{}');
}

test('status says what there is before and after a build, also in JSON, and without an engine', async () => {
  const own = {
    state: { executor: 'nx-docker-artifact:status', options: { build_target: 'build-artifact' } },
  };
  const workspace = await testWorkspace(below('systems/alpha', system('alpha', systemOptions, own)));
  const before = await workspace.nx('run', 'alpha:status');
  expect(before.code, before.text).toBe(0);
  expect(before.text).toMatch(/^alpha: alpha 0\.1\.0\n/m);
  expect(before.text).toMatch(/^volumes {6}none yet$/m);
  expect(before.text).toMatch(/^archive {6}none$/m);
  expect(await workspace.volumes()).toEqual([]);

  expect((await workspace.nx('run', 'alpha:build-artifact')).code).toBe(0);
  const { text } = await workspace.nx('run', 'alpha:status');
  expect(text).toMatch(
    /^volumes {6}alpha-\w{16}, build directory, .*\n {13}alpha-\w{16}-env, copies of the sources, /m,
  );
  expect(text).toMatch(/^running {6}nothing$/m);
  expect(text).toMatch(
    /^last build {3}succeeded .* in \d+ s, in an empty build directory, recipe [0-9a-f]{12}$/m,
  );
  expect(text).toMatch(/^archive {6}alpha-portable-0\.1\.0-\w{7}\.tar\.gz, \d+ kB, up to date$/m);
  expect(text).toMatch(/^artifact {5}\S+\/alpha-portable-0\.1\.0, up to date$/m);
  expect(text).toMatch(/^in the home {2}\S+: 1 archive of this package, 1 copied there, /m);

  await workspace.write({ 'systems/alpha/source.txt': 'edited\n' });
  const edited = await workspace.nx('run', 'alpha:state', '--json'); // a target that is written by hand
  expect(edited.code, edited.text).toBe(0);
  expect(jsonIn(edited.text)).toMatchObject({
    version: 1,
    project: 'alpha',
    archive: { state: 'stale', details: expect.arrayContaining(['package: source.txt']) },
    artifact: { state: 'stale' },
  });

  const none = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:status', '--json');
  expect(none.code, none.text).toBe(0);
  expect(jsonIn(none.text)).toMatchObject({
    engine: { reachable: false, error: expect.stringContaining('ENGINE_UNREACHABLE') },
    archive: { state: 'stale' },
  });
});

test('status of a target that is not there names it', async () => {
  const targets = { status: { options: { build_target: 'nothing' } } };
  const workspace = await testWorkspace(below('systems/beta', system('beta', systemOptions, targets)));
  const { code, text } = await workspace.nx('run', 'beta:status');
  expect(code).toBe(1);
  expect(text).toMatch(/^TARGET_MISSING: could not find beta:nothing: there is no such target$/m);
});
