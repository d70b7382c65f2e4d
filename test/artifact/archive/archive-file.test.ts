import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { readArchive, sha256Line, stemOf, verifySha256 } from '../../../src/artifact/archive/archive-file.js';
import { archiveOf, directory, storedArchive } from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

test('readArchive() finds the archive by its name, with size and SHA-256, without reading it', async () => {
  const archive = await archiveOf([directory('top')]);
  expect(await readArchive(dirname(archive.path), archive.file)).toEqual(archive);
});

test('readArchive() accepts a .tar.zst of the same name, as a platform may compress with zstd', async () => {
  const archive = await storedArchive(Buffer.from('x'), 'alpha-1.0-0123456.tar.zst');
  expect(await readArchive(dirname(archive.path), 'alpha-1.0-0123456.tar.gz')).toEqual(archive);
});

test('readArchive() prefers the expected name', async () => {
  const archive = await storedArchive(Buffer.from('x'), 'alpha-1.0-0123456.tar.xz');
  await writeFiles(dirname(archive.path), {
    'alpha-1.0-0123456.tar.gz': '',
    'alpha-1.0-0123456.tar.gz.sha256': '',
  });
  expect(await readArchive(dirname(archive.path), archive.file)).toEqual(archive);
});

test.each([
  ['no directory', undefined],
  ['an empty directory', {}],
  ['only a sum', { 'alpha-1.0-0123456.tar.gz.sha256': '' }],
])('readArchive() reports ARCHIVE_MISSING for %s, and what to run', async (_, files) => {
  const place = await temporaryDirectory('archive');
  await writeFiles(place, files ?? {});
  const error = await readArchive(files ? place : join(place, 'none'), 'alpha-1.0-0123456.tar.gz').catch(
    (e) => e,
  );
  expect(error.code).toBe('ARCHIVE_MISSING');
  expect(error.hint).toContain('Run the archive target of this project');
});

test('readArchive() reports an archive of other files as stale, with both names', async () => {
  const archive = await storedArchive(Buffer.from('x'), 'alpha-1.0-0123456.tar.gz');
  const error = await readArchive(dirname(archive.path), 'alpha-1.0-FFFFFFF.tar.gz').catch((e) => e);
  expect(error.code).toBe('ARCHIVE_STALE');
  expect(error.message).toContain('alpha-1.0-FFFFFFF.tar.gz');
  expect(error.message).toContain(
    'there is only alpha-1.0-0123456.tar.gz, built from other files or options',
  );
});

test.each([
  ['is missing', undefined],
  ['is empty', ''],
  ['is an error page', '<html>'],
  ['is too short', 'abc  alpha\n'],
])('readArchive() reports ARCHIVE_CORRUPT for a .sha256 that %s', async (_, text) => {
  const archive = await storedArchive(Buffer.from('x'));
  if (text === undefined) await rm(`${archive.path}.sha256`);
  else await writeFiles(dirname(archive.path), { [`${archive.file}.sha256`]: text });
  const error = await readArchive(dirname(archive.path), archive.file).catch((e) => e);
  expect(error.code).toBe('ARCHIVE_CORRUPT');
  expect(error.message).toContain('.sha256');
});

test('sha256Line() writes what sha256sum -c reads', async () => {
  const archive = await storedArchive(Buffer.from('content'), 'a b-0123456.tar.gz');
  const text = await readFile(`${archive.path}.sha256`, 'utf8');
  expect(text).toBe(sha256Line(archive.sha256, archive.file));
  const command = process.platform === 'darwin' ? ['shasum', '-a', '256'] : ['sha256sum'];
  const [program = '', ...args] = [...command, '-c', `${archive.file}.sha256`];
  const { stdout } = await execa(program, args, { cwd: dirname(archive.path) });
  expect(stdout).toBe('a b-0123456.tar.gz: OK');
});

test('verifySha256() compares the SHA-256 with the bytes', async () => {
  const archive = await storedArchive(Buffer.from('content'));
  await verifySha256(archive);
  await writeFiles(dirname(archive.path), { [archive.file]: 'contenT' });
  await expect(verifySha256(archive)).rejects.toMatchObject({ code: 'ARCHIVE_CORRUPT' });
});

test('stemOf() strips only the extensions of an archive', () => {
  const names = ['a-1.0.tar.gz', 'a-1.0.tar.xz', 'a-1.0.tar.zst', 'a-1.0.tar.bz2', 'a.tar.gz.part'];
  expect(names.map(stemOf)).toEqual(['a-1.0', 'a-1.0', 'a-1.0', 'a-1.0.tar.bz2', 'a.tar.gz.part']);
});
