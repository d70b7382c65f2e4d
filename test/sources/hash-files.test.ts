import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashFiles } from '../../src/sources/hash-files.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const { signal } = new AbortController();

test('hashFiles() reads files of every size to their end, and has zeros for one that is gone', async () => {
  const root = await temporaryDirectory('files');
  const sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000];
  const contents = sizes.map((size) => Buffer.alloc(size, String(size)));
  await writeFiles(root, Object.fromEntries(contents.map((content, n) => [`f${n}`, content.toString()])));
  const files = ['gone', ...sizes.keys()].map((name) => ({ path: join(root, `f${name}`), size: 0 }));
  const expected = contents.map((content) => createHash('sha256').update(content).digest());
  expect(await hashFiles(files, signal)).toEqual({
    hashes: Buffer.concat([Buffer.alloc(32), ...expected]),
    areThere: false,
  });
  const { areThere } = await hashFiles(files.slice(1), signal);
  expect(areThere).toBe(true);
});
