import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { LABEL } from '../../src/conventions/labels.js';
import { findVolume } from '../../src/docker/resources/volumes.js';
import { build } from '../../src/runner/build.js';
import { shell } from '../../src/runner/shell.js';
import { engineProxy } from '../support/engine-proxy.js';
import { testImage } from '../support/image.js';
import { Captured, testEngine, testRun } from '../support/runner.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

/** The engine's own download cache goes with the test, unless it was there before. */
beforeEach(async () => {
  const engine = await testEngine();
  const name = 'nx-docker-artifact-dl';
  if (await findVolume(engine, name)) return;
  onTestFinished(() => engine.docker.getVolume(name).remove());
});

test('build(): archive() works on an engine that does not share our files, with its own downloads', async () => {
  const tag = await testImage('USER 1005:1005');
  const docker = { tag, pull: 'never' as const };
  const make =
    'id -u; cat /nerves/env/alpha/VERSION; echo x >"$NERVES_BR_DL_DIR/fetched"; mount | grep -c "on /nerves"';
  const pkg = await testPackage({ options: busyboxOptions(make, { build_runner_config: { docker } }) });
  const { env } = await engineProxy({ tcp: true });
  const deps = testRun(pkg, { env, user: { uid: 4321, gid: 4321 } });
  const { artifact } = await build(pkg, { ...deps, archived: false });
  expect(await readFile(pkg.paths.log, 'utf8')).toBe('4321\n0.1.0\n3\n');
  expect(await readFile(join(artifact, 'images/rootfs'), 'utf8')).toBe('image\n');
  expect(existsSync(join(pkg.workspaceRoot, 'dl'))).toBe(false);
  const downloads = await findVolume(await testEngine(), 'nx-docker-artifact-dl');
  expect(downloads?.Labels, 'known to clean --all').toMatchObject({ [LABEL.role]: 'downloads' });
});

test('shell() has a copy of the package on an engine that does not share our files', async () => {
  const pkg = await testPackage();
  const { env } = await engineProxy({ tcp: true });
  const stdout = new Captured();
  const terminal = { stdin: new PassThrough(), stdout, stderr: new Captured(), isTTY: false };
  const command = 'cd /nerves/env/alpha; cat VERSION; echo changed >VERSION';
  expect(await shell(pkg, { ...testRun(pkg, { env }), terminal, command })).toBe(0);
  expect(stdout.text).toBe('0.1.0\n');
  expect(await readFile(join(pkg.root, 'VERSION'), 'utf8')).toBe('0.1.0\n');
});
