import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { build } from '../../src/runner/build.js';
import type { RunnerDeps } from '../../src/runner/deps.js';
import { compress, directory, file, storedArchive, tarOf } from '../support/archives.js';
import { testPackage } from '../support/workspace.js';

/** No engine, no tool: what there is to do is unpacking. */
const deps = {
  env: process.env,
  signal: new AbortController().signal,
  archived: true,
} as unknown as RunnerDeps & {
  archived: boolean;
};
let pkg: Package;

/** An archive in its place, as Nx leaves it there from a cache. */
async function restore(content = 'x') {
  const bytes = compress(tarOf([directory('top'), file('top/a', content)]), 'gz');
  const { path } = await storedArchive(bytes, pkg.archiveFile);
  await rm(pkg.paths.archive, { recursive: true, force: true });
  await mkdir(dirname(pkg.paths.archive), { recursive: true });
  await rename(dirname(path), pkg.paths.archive);
}

beforeEach(async () => {
  pkg = await testPackage();
});

test('an archive from a cache is unpacked without an engine', async () => {
  await restore();
  const result = await build(pkg, deps);
  expect(result).toMatchObject({ artifact: pkg.paths.artifact, unpacked: true });
  expect((await readdir(pkg.paths.artifact)).sort()).toEqual(['.archive_sha256', 'CHECKSUM', 'a']);
});

test('an artifact that is there already is not touched', async () => {
  await restore();
  await build(pkg, deps);
  const { ino } = await stat(pkg.paths.artifact);
  expect(await build(pkg, deps)).toMatchObject({ unpacked: false });
  expect((await stat(pkg.paths.artifact)).ino).toBe(ino);
});

test('it is unpacked again when the archive is another, the checksum is, or it was deleted by hand', async () => {
  await restore('1');
  await build(pkg, deps);
  await restore('2');
  expect((await build(pkg, deps)).unpacked).toBe(true);
  expect((await build({ ...pkg, checksum: 'B'.repeat(64) }, deps)).unpacked).toBe(true);
  await rm(join(pkg.paths.artifact, 'CHECKSUM'));
  expect((await build(pkg, deps)).unpacked).toBe(true);
  await rm(pkg.paths.artifact, { recursive: true });
  expect((await build(pkg, deps)).unpacked).toBe(true);
  expect((await build(pkg, deps)).unpacked).toBe(false);
});

test('no archive, or a stale one, is told and changes nothing', async () => {
  await expect(build(pkg, deps)).rejects.toMatchObject({ code: 'ARCHIVE_MISSING' });
  await restore();
  const edited = { ...pkg, archiveFile: 'alpha-portable-0.1.0-FFFFFFF.tar.gz' };
  await expect(build(edited, deps)).rejects.toMatchObject({ code: 'ARCHIVE_STALE' });
});
