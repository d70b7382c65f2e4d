import { readdir, readlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { NO_ENGINE, testWorkspace } from './support/workspace.js';

const ALPHA = 'systems/alpha';
const ARTIFACT = `${ALPHA}/.nerves/artifacts/alpha-portable-0.1.0`;

test('builds an artifact, and then takes the archive from the cache', async () => {
  const workspace = await testWorkspace();
  const first = await workspace.nx('run', 'alpha:build-artifact');
  expect(first.text).toMatch(
    /> nx run alpha:archive\n\n\[ 0:\d\d\] >>> alpha 0\.1\.0 Configuring\n\[ 0:\d\d\] >>> buildroot \S+ Extracting\n\[ 0:\d\d\] >>> toy 1\.0 Building\n/,
  );
  expect(first.text).not.toContain('a line of the log');
  expect(first.text).toMatch(/^Artifact .*\/alpha-portable-0\.1\.0 \(unpacked, \d+ ms\)$/m);
  expect(first.code).toBe(0);
  expect(await workspace.read(`${ARTIFACT}/images/rootfs`)).toBe('alpha\n');
  expect(await workspace.containers()).toEqual([]);

  const second = await workspace.nx('run', 'alpha:build-artifact');
  expect(second.code).toBe(0);
  expect(second.text).toContain('> nx run alpha:archive  [local cache]');
  const [, ms] = /^Artifact .* \(already there, (\d+) ms\)$/m.exec(second.text) ?? [];
  expect(Number(ms)).toBeLessThan(1000);
});

test('restores the artifact from the cache on a machine without an engine', async () => {
  const workspace = await testWorkspace();
  await workspace.nx('run', 'alpha:build-artifact');
  const id = await workspace.read(`${ARTIFACT}/.docker_id`);
  const volumes = await workspace.volumes();

  await workspace.remove(ARTIFACT);
  const restored = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(restored.text).toMatch(/\(unpacked, \d+ ms\)$/m);
  expect(restored.code).toBe(0);
  expect(await workspace.read(`${ARTIFACT}/images/rootfs`)).toBe('alpha\n');

  await workspace.remove(`${ALPHA}/.nerves`);
  const again = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(again.text).toContain('> nx run alpha:archive  [local cache]');
  expect(again.code).toBe(0);
  expect(await workspace.read(`${ARTIFACT}/images/rootfs`)).toBe('alpha\n');
  expect((await readdir(workspace.path(`${ALPHA}/.nerves`))).sort()).toEqual(['archive', 'artifacts']);
  expect(await readdir(workspace.path(`${ALPHA}/.nerves/archive`))).toHaveLength(2);

  // the id went with the directory; the volume is found again by its labels
  await workspace.write({ [`${ALPHA}/source.txt`]: 'changed\n' });
  const rebuilt = await workspace.nx('run', 'alpha:build-artifact');
  expect(rebuilt.code).toBe(0);
  expect(await workspace.read(`${ARTIFACT}/.docker_id`)).toBe(id);
  expect(await workspace.volumes()).toEqual(volumes);
  expect(await workspace.read(`${ALPHA}/build.log`)).toContain('runs in this volume: 2\n');
  expect(await workspace.read(`${ARTIFACT}/images/rootfs`)).toBe('changed\n');
});

test('goes on in the volume of the version before', async () => {
  const workspace = await testWorkspace();
  await workspace.nx('run', 'alpha:archive');
  const volumes = await workspace.volumes();
  await workspace.write({ [`${ALPHA}/VERSION`]: '0.2.0\n' });
  expect((await workspace.nx('run', 'alpha:build-artifact')).code).toBe(0);
  expect(await workspace.volumes()).toEqual(volumes);
  expect(await workspace.read(`${ALPHA}/build.log`)).toContain('runs in this volume: 2\n');
  expect(await readdir(workspace.path(`${ALPHA}/.nerves/artifacts`))).toContain('alpha-portable-0.2.0');
});

test('the outputs are the archive and its checksum, and the sources are as they were', async () => {
  const workspace = await testWorkspace();
  await workspace.nx('run', 'alpha:build-artifact');
  const [archive, sum, ...more] = (await readdir(workspace.path(`${ALPHA}/.nerves/archive`))).sort();
  expect(archive).toMatch(/^alpha-portable-0\.1\.0-[0-9A-F]{7}\.tar\.gz$/);
  expect(sum).toBe(`${archive}.sha256`);
  expect(more).toEqual([]);
  expect(await readdir(workspace.path(ALPHA))).not.toContain('Config.in');
  expect(await workspace.git('status', '--porcelain')).toBe('');
  await expect(readlink(workspace.path(ARTIFACT))).rejects.toThrow('EINVAL'); // a directory, as mix expects
});

test('--verbose shows the whole log', async () => {
  const workspace = await testWorkspace();
  const { text } = await workspace.nx('run', 'alpha:build-artifact', '--verbose');
  expect(text).toContain('\na line of the log\n');
  expect(await workspace.read(`${ALPHA}/build.log`)).toContain('\na line of the log\n');
});

test('--path copies the archive, also one that comes from the cache', async () => {
  const workspace = await testWorkspace();
  for (const directory of ['dist', 'dist/again']) {
    const { code, text } = await workspace.nx('run', 'alpha:build-artifact', '--path', directory);
    expect(text).toContain(`Copied to ${workspace.path(directory)}/alpha-portable-0.1.0-`);
    expect(code).toBe(0);
    const copied = (await readdir(workspace.path(directory))).filter((name) => name !== 'again');
    expect(copied).toEqual(await readdir(workspace.path(`${ALPHA}/.nerves/archive`)));
  }
});

test('two systems on one platform build at the same time and leave it as it was', async () => {
  const workspace = await testWorkspace();
  const { code, text } = await workspace.nx('run-many', '-t', 'build-artifact', '--parallel=2');
  expect(text).toContain('Successfully ran target build-artifact for 2 projects');
  expect(code).toBe(0);
  for (const name of ['alpha', 'beta']) {
    expect(
      await workspace.read(`systems/${name}/.nerves/artifacts/${name}-portable-0.1.0/images/rootfs`),
    ).toBe(`${name}\n`);
  }
  expect(await workspace.git('status', '--porcelain')).toBe('');
  expect(await workspace.containers()).toEqual([]);
});
