import { chmod, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyFileAtomic } from '../../../src/util/files/copy-file-atomic.js';
import { removeTree } from '../../../src/util/files/remove-tree.js';
import { processTag } from '../../../src/util/process-identity.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

async function place() {
  const directory = await temporaryDirectory('copy');
  const [from, to] = [join(directory, 'from'), join(directory, 'x/to')];
  await writeFile(from, 'content');
  return { directory, from, to };
}

test('copyFileAtomic(): a copy has the bytes and the time, and nothing is left beside it', async () => {
  const { from, to } = await place();
  await utimes(from, 1, 1_500_000_000.9);
  expect(await copyFileAtomic(from, to)).toBe('made');
  expect(await readFile(to, 'utf8')).toBe('content');
  expect((await stat(to)).mtimeMs).toBeCloseTo(1_500_000_000_900, -1);
  expect(await readdir(join(to, '..'))).toEqual(['to']);
});

test('copyFileAtomic(): it is made once, and again when size or time differ', async () => {
  const { from, to } = await place();
  await copyFileAtomic(from, to);
  const { ino } = await stat(to);
  expect(await copyFileAtomic(from, to)).toBeUndefined();
  expect((await stat(to)).ino).toBe(ino);
  await utimes(from, 1, 1);
  expect(await copyFileAtomic(from, to), 'the time').toBe('replaced');
  await utimes(to, 1, 1);
  await writeFile(to, 'longer than it was');
  expect(await copyFileAtomic(from, to), 'the size').toBe('replaced');
  expect(await readFile(to, 'utf8')).toBe('content');
});

test('copyFileAtomic(): what is read of the old one is not changed under its reader', async () => {
  const { from, to } = await place();
  await writeFiles(join(to, '..'), { to: 'old' });
  const { ino } = await stat(to);
  await copyFileAtomic(from, to);
  expect((await stat(to)).ino).not.toBe(ino);
});

test('copyFileAtomic(): what a killed copy has left is removed, and what a living one makes is not', async () => {
  const { from, to } = await place();
  const [where] = processTag().split('-');
  const [dead, alive] = [`${where}-999999999-1`, processTag()].map((tag) => `.to.${tag}-0123abcd.new`);
  await writeFiles(join(to, '..'), { [dead ?? '']: 'half', [alive ?? '']: 'half' });
  await copyFileAtomic(from, to);
  expect((await readdir(join(to, '..'))).sort()).toEqual([alive, 'to']);
});

test('copyFileAtomic(): a copy that fails leaves what was there', async () => {
  const { directory, to } = await place();
  await writeFiles(join(to, '..'), { to: 'old' });
  await expect(copyFileAtomic(join(directory, 'gone'), to)).rejects.toMatchObject({ code: 'ENOENT' });
  await writeFiles(directory, { 'directory/x': '' });
  await chmod(join(directory, 'directory'), 0o755);
  await expect(copyFileAtomic(join(directory, 'directory'), to)).rejects.toThrow();
  expect(await readFile(to, 'utf8')).toBe('old');
  expect(await readdir(join(to, '..'))).toEqual(['to']);
  await removeTree(to);
});
