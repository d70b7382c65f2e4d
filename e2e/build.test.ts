import { readdir, readlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fileWorkspace, isHit, NO_ENGINE } from './support/workspace.js';

const ALPHA = 'systems/alpha';
const SOURCE = `${ALPHA}/source.txt`;
const ARTIFACT = `${ALPHA}/.nerves/artifacts/alpha-portable-0.1.0`;
const ROOTFS = `${ARTIFACT}/images/rootfs`;

// The tests build one package: each starts from what it builds or finds in the cache, and puts back what it changes.
const workspace = await fileWorkspace();

const runsInVolume = async () =>
  Number(/runs in this volume: (\d+)\n/.exec(await workspace.read(`${ALPHA}/build.log`))?.[1]);

test('build-artifact builds an artifact, leaves the sources as they were, and then takes the archive from the cache', async () => {
  const first = await workspace.nx('run', 'alpha:build-artifact');
  expect(first.text).toMatch(
    /> nx run alpha:archive\n\n\[ 0:00\] >>> alpha 0\.1\.0 on \S+, \S+Z; its log there: systems\/alpha\/build\.log\n/,
  );
  expect(first.text).toMatch(
    /\[ 0:\d\d\] >>> create-build\n\[ 0:\d\d\] >>> alpha 0\.1\.0 Configuring\n\[ 0:\d\d\] >>> buildroot \S+ Extracting\n\[ 0:\d\d\] >>> make\n\[ 0:\d\d\] >>> toy 1\.0 Building\n/,
  );
  expect(first.text).toMatch(
    /\[ 0:\d\d\] >>> Built in 0:\d\d( \([^)]*\))?; its log: systems\/alpha\/build\.log\n/,
  );
  expect(first.text).not.toContain('a line of the log');
  expect(first.text).toMatch(/^Artifact .*\/alpha-portable-0\.1\.0 \(unpacked, \d+ ms\)$/m);
  expect(first.code).toBe(0);
  expect(await workspace.read(ROOTFS)).toBe('alpha\n');
  expect(await workspace.containers()).toEqual([]);

  const [provenance, archive, sum, ...more] = (
    await readdir(workspace.path(`${ALPHA}/.nerves/archive`))
  ).sort();
  expect(archive).toMatch(/^alpha-portable-0\.1\.0-[0-9A-F]{7}\.tar\.gz$/);
  expect(sum).toBe(`${archive}.sha256`);
  expect(provenance).toBe(archive?.replace('.tar.gz', '.provenance.json'));
  expect(more).toEqual([archive?.replace('.tar.gz', '.timing.json')]);
  expect(await readdir(workspace.path(ALPHA))).not.toContain('Config.in');
  expect(await workspace.git('status', '--porcelain')).toBe('');
  await expect(readlink(workspace.path(ARTIFACT))).rejects.toThrow('EINVAL'); // a directory, as mix expects

  const second = await workspace.nx('run', 'alpha:build-artifact');
  expect(second.code).toBe(0);
  expect(second.text).toContain('> nx run alpha:archive  [local cache]');
  const [, ms] = /^Artifact .* \(already there, (\d+) ms\)$/m.exec(second.text) ?? [];
  expect(Number(ms)).toBeLessThan(1000);
});

test('build-artifact restores the artifact from the cache on a machine without an engine', async () => {
  await workspace.nx('run', 'alpha:build-artifact');
  const id = await workspace.read(`${ARTIFACT}/.docker_id`);
  const volumes = await workspace.volumes();

  await workspace.remove(ARTIFACT);
  const restored = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(restored.text).toMatch(/\(unpacked, \d+ ms\)$/m);
  expect(restored.code).toBe(0);
  expect(await workspace.read(ROOTFS)).toBe('alpha\n');

  await workspace.remove(`${ALPHA}/.nerves`);
  const again = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(again.text).toContain('> nx run alpha:archive  [local cache]');
  expect(again.code).toBe(0);
  expect(await workspace.read(ROOTFS)).toBe('alpha\n');
  expect((await readdir(workspace.path(`${ALPHA}/.nerves`))).sort()).toEqual(['archive', 'artifacts']);
  expect(await readdir(workspace.path(`${ALPHA}/.nerves/archive`))).toHaveLength(4);

  // the id went with the directory; the volume is found again by its labels
  const runs = await runsInVolume();
  await workspace.write({ [SOURCE]: 'changed\n' });
  expect(isHit(await workspace.nx('run', 'alpha:build-artifact'), 'alpha:archive')).toBe(false);
  expect(await workspace.read(`${ARTIFACT}/.docker_id`)).toBe(id);
  expect(await workspace.volumes()).toEqual(volumes);
  expect(await runsInVolume()).toBe(runs + 1);
  expect(await workspace.read(ROOTFS)).toBe('changed\n');

  await workspace.write({ [SOURCE]: 'alpha\n' });
  expect(isHit(await workspace.nx('run', 'alpha:build-artifact'), 'alpha:archive')).toBe(true);
  expect(await workspace.read(ROOTFS)).toBe('alpha\n');
});

test('build-artifact --verbose shows the whole log', async () => {
  const args = ['run', 'alpha:build-artifact', '--verbose', '--skip-nx-cache'];
  const { text } = await workspace.nx(...args);
  expect(text).toContain('\na line of the log\n');
  expect(await workspace.read(`${ALPHA}/build.log`)).toContain('\na line of the log\n');
});

test('build-artifact --path copies the archive, also one that comes from the cache', async () => {
  for (const [directory, isCached] of [
    ['dist', false],
    ['dist/again', true],
  ] as const) {
    const args = ['run', 'alpha:build-artifact', '--path', directory];
    const ran = await workspace.nx(...args, ...(isCached ? [] : ['--skip-nx-cache']));
    const { code, text } = ran;
    expect(isHit(ran, 'alpha:archive')).toBe(isCached);
    expect(text).toContain(`Copied to ${workspace.path(directory)}/alpha-portable-0.1.0-`);
    expect(code).toBe(0);
    const copied = (await readdir(workspace.path(directory))).filter((name) => name !== 'again');
    const archived = await readdir(workspace.path(`${ALPHA}/.nerves/archive`));
    expect(copied).toEqual(archived.filter((name) => !name.endsWith('.timing.json')));
  }
});

test('build-artifact goes on in the volume of the version before', async () => {
  await workspace.nx('run', 'alpha:archive', '--skip-nx-cache');
  const [volumes, runs] = [await workspace.volumes(), await runsInVolume()];
  await workspace.write({ [`${ALPHA}/VERSION`]: '0.2.0\n' });
  expect((await workspace.nx('run', 'alpha:build-artifact')).code).toBe(0);
  expect(await workspace.volumes()).toEqual(volumes);
  expect(await runsInVolume()).toBe(runs + 1);
  expect(await readdir(workspace.path(`${ALPHA}/.nerves/artifacts`))).toContain('alpha-portable-0.2.0');
});
