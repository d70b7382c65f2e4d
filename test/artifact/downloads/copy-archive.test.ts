import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ArchiveFile } from '../../../src/artifact/archive/archive-file.js';
import { processTag } from '../../../src/util/process-identity.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';
import { archiveOf, archivesOf, downloadCache, RECORDS } from './downloads.js';

type Cache = Awaited<ReturnType<typeof downloadCache>>;

test('copyArchive() keeps the newest archives of a package, and says what it removed', async () => {
  const cache = await downloadCache();
  const archives = await archivesOf('1', '2', '3', '4', '5');
  const removed: string[][] = [];
  for (const archive of archives) {
    const done = await cache.build(archive);
    expect(done.copied).toBe('made');
    removed.push(done.removed.map((copy) => copy.archive));
  }
  expect(removed).toEqual([[], [], [], [archives[0]?.file], [archives[1]?.file]]);
  expect(await cache.archives()).toEqual(archives.slice(2).map(({ file }) => file));
  expect(await cache.records()).toHaveLength(3);
});

test('copyArchive() counts the last use, not the first copy', async () => {
  const cache = await downloadCache();
  const [one, two, three, four] = await archivesOf('1', '2', '3', '4');
  for (const archive of [one, two, three, one]) await cache.build(archive!, 'mine', { now: undefined });
  await cache.build(four!);
  expect(await cache.archives()).toEqual([two, three, four].map((archive) => archive!.file));
  // a use within an hour of the last one is not recorded
  const later = new Date(3 * 60 * 60_000);
  await cache.build(two!, 'mine', { now: later });
  await cache.build((await archivesOf('5'))[0]!, 'mine', { now: new Date(later.getTime() + 1) });
  expect(await cache.archives()).toContain(two!.file);
});

test.each([
  [0, ['4']],
  [1, ['4']],
  [2, ['3', '4']],
  ['all', ['1', '2', '3', '4']],
] as const)('copyArchive() with keep %s leaves %j', async (keep, left) => {
  const cache = await downloadCache();
  for (const archive of await archivesOf('1', '2', '3', '4')) await cache.build(archive, 'mine', { keep });
  expect(await cache.archives()).toEqual(left.map((version) => `alpha-portable-${version}-0123456.tar.gz`));
});

/** What happens to the old archive, which would go else; whether it stays then. */
const rows: [string, (cache: Cache, old: ArchiveFile) => Promise<unknown>, boolean][] = [
  ['nothing', async () => {}, false],
  ['another checkout has unpacked it', (cache, old) => cache.build(old, 'other'), true],
  [
    'another checkout had unpacked it, and has built something else since',
    async (cache, old) => {
      await cache.build(old, 'other');
      await cache.unpack(await archiveOf('7'), 'other');
    },
    false,
  ],
  [
    'another checkout had unpacked it, and is gone',
    async (cache, old) => {
      await cache.build(old, 'other');
      await rm(dirname(cache.artifactOf('other')), { recursive: true });
    },
    false,
  ],
  [
    'another checkout has unpacked it, on a disk that is not mounted now',
    async (cache, old) => {
      await cache.edit(old, { artifact: join(cache.home, 'disk/a'), mount: join(cache.home, 'disk') });
      await mkdir(join(cache.home, 'disk'));
    },
    true,
  ],
  ['an artifact on another machine', (cache, old) => cache.edit(old, { host: 'there' }), true],
  [
    'an artifact on another machine, a month ago',
    (cache, old) => cache.edit(old, { host: 'there', time: '1969-11-30T00:00:00.000Z' }),
    false,
  ],
  [
    'a checkout on another machine whose directory is this one',
    async (cache, old) => {
      const artifact = cache.artifactOf('shared');
      await cache.edit(old, { host: 'there', time: '1969-11-30T00:00:00.000Z', artifact });
      await cache.unpack(old, 'shared');
    },
    true,
  ],
  ['it was written to', (cache, old) => writeFile(cache.path(old), 'x', { flag: 'a' }), true],
  [
    'it was written to, and has the same size and time',
    async (cache, old) => {
      const { mtime } = await stat(cache.path(old));
      await writeFile(cache.path(old), 'ARCHIVE 1');
      await utimes(cache.path(old), mtime, mtime);
    },
    true,
  ],
  ['it was touched', (cache, old) => utimes(cache.path(old), 1, 1), true],
  [
    'a link is in its place',
    async (cache, old) => {
      await rename(cache.path(old), join(cache.home, 'moved'));
      await symlink('../moved', cache.path(old));
    },
    true,
  ],
  [
    'a directory is in its place',
    async (cache, old) => {
      await rm(cache.path(old));
      await mkdir(join(cache.path(old), 'x'), { recursive: true });
    },
    true,
  ],
  ['it is gone', (cache, old) => rm(cache.path(old)), false],
  ['the records are gone', (cache) => rm(join(cache.downloads, RECORDS), { recursive: true }), true],
  ['its record is of a newer version', (cache, old) => cache.edit(old, { version: 2 }), true],
  ['its record lacks something', (cache, old) => cache.edit(old, { sha256: undefined }), true],
  ['its record names no absolute path', (cache, old) => cache.edit(old, { artifact: '../../x' }), true],
  [
    'its record is a part of one',
    async (cache, old) => {
      const [name = ''] = (await cache.records()).filter((one) => one.startsWith(old.file));
      await writeFile(join(cache.downloads, RECORDS, name), '{"version": 1, "ser');
    },
    true,
  ],
  [
    'its record is a pipe',
    async (cache, old) => {
      const [name = ''] = (await cache.records()).filter((one) => one.startsWith(old.file));
      await rm(join(cache.downloads, RECORDS, name));
      execFileSync('mkfifo', [join(cache.downloads, RECORDS, name)]);
    },
    true,
  ],
  [
    'the artifact says by a pipe what it is of',
    async (cache, old) => {
      await cache.edit(old, { artifact: join(cache.home, 'odd') });
      await mkdir(join(cache.home, 'odd'));
      execFileSync('mkfifo', [join(cache.home, 'odd/.archive_sha256')]);
    },
    true,
  ],
  [
    'its record is of another series',
    (cache, old) => cache.edit(old, { series: 'beta-portable.tar.gz' }),
    true,
  ],
  ['it was there before we copied', (cache, old) => cache.edit(old, { copied: false }), true],
];

test.each(rows)('copyArchive(): %s', async (_, change, stays) => {
  const cache = await downloadCache();
  const [old, newer, newest] = await archivesOf('1', '2', '3');
  await cache.build(old!);
  await cache.unpack(newer!, 'mine');
  await change(cache, old!);
  await cache.copy(newer!, 'mine', { keep: 1 });
  await cache.build(newest!, 'mine', { keep: 1 });
  expect((await cache.archives()).includes(old!.file)).toBe(stays);
});

describe('copyArchive() touches nothing but archives and records', () => {
  test('records whose names or contents lead elsewhere', async () => {
    const cache = await downloadCache();
    const [one, two] = await archivesOf('1', '2');
    await cache.build(one!);
    const text = await readFile(join(cache.downloads, RECORDS, (await cache.records())[0]!), 'utf8');
    const files = {
      '../outside.tar.gz': 'archive 1',
      'mix.tar.gz': 'fetched',
      'buildroot/x.tar.gz': 'fetched',
      [`${RECORDS}/..tar.gz.0123456789abcdef.json`]: text,
      [`${RECORDS}/..%2Foutside.tar.gz.0123456789abcdef.json`]: text,
      [`${RECORDS}/mix.tar.gz.0123456789abcdef.json`]: text,
      [`${RECORDS}/buildroot.0123456789abcdef.json`]: text,
      [`${RECORDS}/notes.txt`]: 'mine',
    };
    await writeFiles(cache.downloads, files);
    await cache.edit(one!, { archive: '../outside.tar.gz', file: '../outside.tar.gz', path: '/etc/passwd' });
    await cache.build(two!, 'mine', { keep: 0 });
    expect(await cache.archives()).toEqual([two!.file, 'buildroot', 'mix.tar.gz']);
    expect(await readFile(join(cache.home, 'outside.tar.gz'), 'utf8')).toBe('archive 1');
    expect(await cache.records()).toContain('notes.txt');
  });

  test('a link in the place of the records is not followed, and the archive is copied', async () => {
    const cache = await downloadCache();
    const elsewhere = await temporaryDirectory('elsewhere');
    await mkdir(cache.downloads);
    await symlink(elsewhere, join(cache.downloads, RECORDS));
    const [one, two] = await archivesOf('1', '2');
    expect(await cache.build(one!)).toMatchObject({
      copied: 'made',
      unrecorded: expect.stringContaining('is not a directory'),
    });
    await cache.build(two!, 'mine', { keep: 0 });
    expect(await readdir(elsewhere)).toEqual([]);
    expect(await cache.archives()).toEqual([one!.file, two!.file]);
  });

  test('what a killed process left among the records goes, and what a living one makes stays', async () => {
    const cache = await downloadCache();
    const [where] = processTag().split('-');
    const [dead, alive] = [`${where}-999999999-1`, processTag()].map(
      (tag) => `.x.tar.gz.${tag}-0123abcd.old`,
    );
    await writeFiles(join(cache.downloads, RECORDS), { [dead!]: 'x', [alive!]: 'x' });
    await cache.build(await archiveOf('1'));
    const left = await cache.records();
    expect(left).toContain(alive);
    expect(left).not.toContain(dead);
  });

  test('who may write into the download cache may also write a record', async () => {
    const cache = await downloadCache();
    await mkdir(cache.downloads);
    execFileSync('chmod', ['2775', cache.downloads]);
    await cache.build(await archiveOf('1'));
    expect((await stat(join(cache.downloads, RECORDS))).mode & 0o7777).toBe(0o2775);
  });
});

test('copyArchive() fails where the directory cannot be made', async () => {
  const cache = await downloadCache();
  await writeFile(cache.downloads, '');
  await expect(cache.build(await archiveOf('1'))).rejects.toThrow(/EEXIST|ENOTDIR/);
});

test('copyArchive() leaves an identical archive that was there without a record, for ever', async () => {
  const cache = await downloadCache();
  const [one, two] = await archivesOf('1', '2');
  const { mtime } = await stat(one!.path);
  await writeFiles(cache.downloads, { [one!.file]: 'archive 1' });
  await utimes(cache.path(one!), mtime, mtime);
  expect((await cache.build(one!)).copied).toBeUndefined();
  await cache.build(two!, 'mine', { keep: 0 });
  expect(await cache.archives()).toEqual([one!.file, two!.file]);
});
