import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../test/support/wait.js';
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

test('status says how far a build is that runs, and then where it failed', async () => {
  const make = `for i in 1 2 3; do echo "[$i/10] CC $i.o"; sleep 1.2; done
while [ ! -e /gate/open ]; do sleep 0.1; done; echo "a.c:1:1: error: no"; exit 1`;
  const options = {
    ...systemOptions,
    build_runner_config: {
      ...systemOptions.build_runner_config,
      mounts: [{ type: 'bind', source: '../../gate', target: '/gate' }],
    },
    build_runner_opts: { commands: { create_build: 'true', make, archive: 'true' } },
  };
  const workspace = await testWorkspace({
    'gate/README': '',
    ...below('systems/alpha', system('alpha', options)),
  });
  const building = workspace.start(['run', 'alpha:archive']);
  await building.prints(/>>> make$/m, 60_000);
  await until(async () => (await workspace.read('systems/alpha/build.log')).includes('[3/10]'));
  await sleep(1500);
  const running = await workspace.nx('run', 'alpha:status');
  expect(running.text).toMatch(
    /^running {6}alpha:archive \(pid \d+ .*\n {13}make for \d:\d\d, 3\/10 CC 3\.o; 3 lines so far$/m,
  );
  await workspace.write({ 'gate/open': '' });
  expect(await building.exitCode(), building.text()).toBe(1);
  const { text } = await workspace.nx('run', 'alpha:status');
  expect(text).toMatch(/^running {6}nothing$/m);
  const [, line] = /^last build {3}failed just now, BUILD_FAILED: see build\.log:(\d+)$/m.exec(text) ?? [];
  const log = (await workspace.read('systems/alpha/build.log')).split('\n');
  expect(log[Number(line) - 1], text).toBe('a.c:1:1: error: no');
});

test('status of a target that is not there names it', async () => {
  const targets = { status: { options: { build_target: 'nothing' } } };
  const workspace = await testWorkspace(below('systems/beta', system('beta', systemOptions, targets)));
  const { code, text } = await workspace.nx('run', 'beta:status');
  expect(code).toBe(1);
  expect(text).toMatch(/^TARGET_MISSING: could not find beta:nothing: there is no such target$/m);
});
