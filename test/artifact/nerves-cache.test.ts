import { lstat, mkdir, readdir, readFile, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { replaceStale } from '../../src/artifact/nerves-cache.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const pkg = { name: 'alpha-portable-0.1.0', checksum: 'A'.repeat(64) };
let [base, artifact, entry] = ['', '', ''];

beforeEach(async () => {
  const top = await temporaryDirectory('nerves');
  [base, artifact] = [join(top, 'base'), join(top, 'artifact')];
  entry = join(base, pkg.name);
  await writeFiles(artifact, { CHECKSUM: pkg.checksum });
});

test('replaceStale() replaces an artifact with another checksum by a link to ours, and leaves nothing beside it', async () => {
  await writeFiles(entry, { CHECKSUM: 'B'.repeat(64), 'images/rootfs': 'old' });
  expect(await replaceStale(pkg, artifact, base)).toBe(entry);
  expect(await readlink(entry)).toBe(artifact);
  expect(await readdir(base)).toEqual([pkg.name]);
});

test('replaceStale() redirects a link to another checkout, and keeps its target', async () => {
  const other = join(base, '../other');
  await writeFiles(other, { CHECKSUM: 'B'.repeat(64) });
  await mkdir(base);
  await symlink(other, entry);
  expect(await replaceStale(pkg, artifact, base)).toBe(entry);
  expect(await readlink(entry)).toBe(artifact);
  expect(await readFile(join(other, 'CHECKSUM'), 'utf8')).toBe('B'.repeat(64));
});

test('replaceStale() keeps an artifact with the same checksum, ignoring newlines as Nerves does', async () => {
  await writeFiles(entry, { CHECKSUM: `${pkg.checksum}\n` });
  expect(await replaceStale(pkg, artifact, base)).toBeUndefined();
  expect((await lstat(entry)).isDirectory()).toBe(true);
});

test('replaceStale() creates nothing where Nerves has nothing, and touches nothing without CHECKSUM', async () => {
  expect(await replaceStale(pkg, artifact, base)).toBeUndefined();
  await expect(lstat(base)).rejects.toMatchObject({ code: 'ENOENT' });
  await writeFiles(entry, { 'images/rootfs': 'mine' });
  expect(await replaceStale(pkg, artifact, base)).toBeUndefined();
  expect(await readdir(entry)).toEqual(['images']);
});

test('replaceStale() leaves one link when called concurrently', async () => {
  await writeFiles(entry, { CHECKSUM: 'B'.repeat(64) });
  await Promise.all(Array.from({ length: 10 }, () => replaceStale(pkg, artifact, base)));
  expect(await readlink(entry)).toBe(artifact);
  expect(await readdir(base)).toEqual([pkg.name]);
});
