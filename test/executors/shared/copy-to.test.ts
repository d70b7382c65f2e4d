import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyTo } from '../../../src/executors/shared/copy-to.js';
import { storedArchive } from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

test('copyTo() copies the archive and its .sha256 over older ones, and nothing else', async () => {
  const archive = await storedArchive(Buffer.from('content'), 'a b-0123456.tar.gz');
  const place = join(await temporaryDirectory('downloads'), 'x/y');
  await writeFiles(place, { [archive.file]: 'old', other: '' });
  expect(await copyTo(archive, place)).toBe(join(place, archive.file));
  expect((await readdir(place)).sort()).toEqual([archive.file, `${archive.file}.sha256`, 'other']);
  expect(await readFile(join(place, archive.file), 'utf8')).toBe('content');
  expect(await readFile(join(place, `${archive.file}.sha256`), 'utf8')).toBe(
    `${archive.sha256}  ${archive.file}\n`,
  );
});

test('copyTo(): a place that is not a directory is told by its option, and nothing is left', async () => {
  const archive = await storedArchive(Buffer.from('content'));
  const place = await temporaryDirectory('downloads');
  await writeFiles(place, { file: '' });
  await expect(copyTo(archive, join(place, 'file'))).rejects.toMatchObject({
    ...{ code: 'FILE_ACCESS', hint: 'Is "path" a directory you can write to?' },
  });
  await expect(copyTo({ ...archive, path: '/nowhere' }, place)).rejects.toMatchObject({
    code: 'FILE_ACCESS',
  });
  expect(await readdir(place)).toEqual(['file']);
});
