import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LABEL } from '../../../src/conventions/labels.js';
import { listResources } from '../../../src/docker/resources/listing.js';
import { build } from '../../../src/runner/build.js';
import { progressOf } from '../../../src/runner/status/last-build.js';
import { status } from '../../../src/runner/status/status.js';
import { imageTag } from '../../support/image.js';
import { testEngine, testRun } from '../../support/runner.js';
import { until } from '../../support/wait.js';
import { BUSYBOX, busyboxOptions, testPackage } from '../../support/workspace.js';

test('status() shows image, volumes and last build, and what runs, and makes nothing on the engine', async () => {
  const docker: [string, string] = ['Dockerfile', imageTag()];
  const make =
    'if [ -e hold ]; then echo ">>> holding"; sleep 60; fi; touch hold; head -c 3000000 /dev/zero >big';
  const options = busyboxOptions(make, { build_runner_config: { docker } });
  const dockerfile = `FROM ${BUSYBOX}\nRUN echo status >/made\n`;
  const files = { VERSION: '0.1.0\n', nerves_defconfig: '', Dockerfile: dockerfile };
  const pkg = await testPackage({ files, options });
  const run = testRun(pkg);
  const resources = async () => listResources(await testEngine(), { [LABEL.workspace]: pkg.workspaceRoot });
  const empty = await status(pkg, run);
  expect(empty).toMatchObject({ engine: { reachable: true }, image: null, volumes: [], holder: null });
  expect(await resources()).toEqual([]);

  await build(pkg, { ...run, archived: false });
  const before = await resources();
  const built = await status(pkg, run);
  expect(await resources()).toEqual(before);
  const id = before.find(({ kind }) => kind === 'image')?.name;
  expect(built.image).toMatchObject({ id, current: true, why: null });
  expect(built.volumes.map(({ role }) => role)).toEqual(['build', 'env']);
  expect(built.volumes[0]?.size).toBeGreaterThan(3_000_000);
  expect(built.last_build).toMatchObject({ result: 'succeeded', fresh: true });
  expect([built.archive.state, built.artifact.state]).toEqual(['current', 'current']);
  expect(built.last_build?.recipe).toBe(built.archive.recipe);
  expect((await status({ ...pkg, configuration: 'debug' }, run)).volumes, 'of another configuration').toEqual(
    [],
  );

  await writeFile(join(pkg.root, 'Dockerfile'), `${dockerfile}RUN true\n`);
  const edited = await status(pkg, run);
  expect(edited.image).toMatchObject({ id, current: false, why: expect.stringContaining('has content') });
  expect(edited.archive.state).toBe('stale');

  await writeFile(join(pkg.root, 'Dockerfile'), dockerfile);
  const stop = new AbortController();
  const second = testRun(pkg, { signal: stop.signal, task: 'archive' });
  const building = build(pkg, { ...second, archived: false }).catch((error) => error);
  await until(() => second.stdout.text.includes('>>> holding'));
  const running = await status(pkg, run);
  expect(running.holder).toMatchObject({ project: 'alpha', target: 'archive', pid: process.pid });
  expect(running.last_build?.result).toBe('running');
  await until(async () => (await status(pkg, run)).progress?.phase === 'make');
  const { progress } = await status(pkg, run);
  expect(progress).toMatchObject({ phase: 'make', headline: '>>> holding', done: null, lines: 1 });
  expect(await progressOf(pkg, { ...running.holder!, pid: 1 }), 'of another process').toBeNull();
  stop.abort(new Error('stop'));
  await building;
  const failed = await status(pkg, run);
  expect(failed).toMatchObject({ holder: null, progress: null, last_build: { result: 'failed' } });
  expect(await readdir(pkg.paths.timing)).not.toContain('running.json');
});
