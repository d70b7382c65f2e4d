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

test('an artifact of another checksum becomes a link to ours, and nothing is left beside it', async () => {
  await writeFiles(entry, { CHECKSUM: 'B'.repeat(64), 'images/rootfs': 'old' });
  expect(await replaceStale(pkg, artifact, base)).toBe(entry);
  expect(await readlink(entry)).toBe(artifact);
  expect(await readdir(base)).toEqual([pkg.name]);
});

test('a link to another checkout is turned, and what it led to stays as it is', async () => {
  const other = join(base, '../other');
  await writeFiles(other, { CHECKSUM: 'B'.repeat(64) });
  await mkdir(base);
  await symlink(other, entry);
  expect(await replaceStale(pkg, artifact, base)).toBe(entry);
  expect(await readlink(entry)).toBe(artifact);
  expect(await readFile(join(other, 'CHECKSUM'), 'utf8')).toBe('B'.repeat(64));
});

test('one of the same checksum stays: Nerves has it, and newlines mean nothing to Nerves', async () => {
  await writeFiles(entry, { CHECKSUM: `${pkg.checksum}\n` });
  expect(await replaceStale(pkg, artifact, base)).toBeUndefined();
  expect((await lstat(entry)).isDirectory()).toBe(true);
});

test('nothing is made where Nerves has nothing, and nothing without CHECKSUM is touched', async () => {
  expect(await replaceStale(pkg, artifact, base)).toBeUndefined();
  await expect(lstat(base)).rejects.toMatchObject({ code: 'ENOENT' });
  await writeFiles(entry, { 'images/rootfs': 'mine' });
  expect(await replaceStale(pkg, artifact, base)).toBeUndefined();
  expect(await readdir(entry)).toEqual(['images']);
});

test('many at once leave one link', async () => {
  await writeFiles(entry, { CHECKSUM: 'B'.repeat(64) });
  await Promise.all(Array.from({ length: 10 }, () => replaceStale(pkg, artifact, base)));
  expect(await readlink(entry)).toBe(artifact);
  expect(await readdir(base)).toEqual([pkg.name]);
});
