import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listRemembered } from '../../src/sources/listing-cache.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const { signal } = new AbortController();

/** As if the files were listed a minute after they were written. */
const later = async () => ({
  directory: join(await temporaryDirectory('cache'), 'listings'),
  now: () => new Date(Date.now() + 60_000),
});

test('listRemembered() takes over what has the same size, times and inode, and reads the rest', async () => {
  const root = await temporaryDirectory('tree');
  await writeFiles(root, { same: 'x', other: 'x' });
  const cache = await later();
  await listRemembered(root, cache, signal);
  const [name = ''] = await readdir(cache.directory);
  const file = join(cache.directory, name);
  const columns = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...columns, contents: ['remembered', 'remembered'] }));
  const { atime, mtime } = await stat(join(root, 'other'));
  await writeFile(join(root, 'other'), 'y');
  await utimes(join(root, 'other'), atime, mtime);
  const tree = await listRemembered(root, cache, signal);
  expect(tree.same?.content).toBe('remembered');
  expect(tree.other?.content).toMatch(/^[0-9a-f]{64}$/);
});

test('listRemembered() remembers nothing that may be written again at the same time', async () => {
  const root = await temporaryDirectory('tree');
  await writeFiles(root, { new: 'x' });
  const cache = { ...(await later()), now: () => new Date() };
  await listRemembered(root, cache, signal);
  const [name = ''] = await readdir(cache.directory);
  expect(JSON.parse(await readFile(join(cache.directory, name), 'utf8')).paths).toEqual([]);
});

test.each(['', '{', '{"version": 1}', '{"version": 9}'])(
  'listRemembered() ignores a cache with %j in it',
  async (text) => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { a: 'x' });
    const cache = await later();
    const tree = await listRemembered(root, cache, signal);
    const [name = ''] = await readdir(cache.directory);
    await writeFile(join(cache.directory, name), text);
    expect(await listRemembered(root, cache, signal)).toEqual(tree);
  },
);
