import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { storeArchive } from '../../../src/artifact/archive/store.js';
import { unpack } from '../../../src/artifact/archive/unpack.js';
import {
  archiveOf,
  compress,
  directory,
  file,
  link,
  type Member,
  onlyPrograms,
  tarOf,
} from '../../support/archives.js';
import { temporaryDirectory } from '../../support/workspace.js';

const WAYS = [
  { way: 'tar', env: async () => process.env },
  { way: 'no tar command', env: () => onlyPrograms() },
];

const hard = (path: string, linkpath: string): Member => ({ path, type: 'Link', linkpath });
const odd = (type: Member['type']): Member => ({ path: 'top/odd', type, devmaj: 1, devmin: 3 });
/** A file whose name does not fit into a header. */
const long = (path: string): Member[] => [
  { path: '././@LongLink', type: 'NextFileHasLongPath', content: `${path}\0` },
  file('top/long'),
];

const top = directory('top');
const name = (bytes: number) => 'n'.repeat(bytes);
/** A path of so many bytes, in names of 100. */
const path = (bytes: number) =>
  `top/${'d'.repeat(99)}/`.padEnd(4, '/') +
  `${'d'.repeat(99)}/`.repeat(Math.floor((bytes - 105) / 100)) +
  name(((bytes - 105) % 100) + 1);

/** GNU tar refuses it only where the file system gives the directory the inode of what stood there for the link. */
const BY_INODE = 'a directory in place of an absolute link';
const REFUSED: [string, Member[], string][] = [
  ['a FIFO', [top, odd('FIFO')], 'top/odd'],
  ['a character device', [top, odd('CharacterDevice')], 'top/odd'],
  ['a block device', [top, odd('BlockDevice')], 'top/odd'],
  ['nothing in it', [], 'a-0123456.tar.gz'],
  ['two directories at its top', [top, file('other/x')], 'top, other'],
  ['a file at its top', [file('top', 'x')], '"top" is not a directory'],
  ['a link at its top', [link('top', 'x')], '"top" is not a directory'],
  ['a member that leads out by ..', [top, file('top/../../x')], 'top/../../x'],
  ['a member with .. inside of it', [top, directory('top/d'), file('top/d/../x')], 'top/d/../x'],
  [
    'an absolute member beside its top',
    [top, file('/etc/nx-docker-artifact', 'x')],
    '/etc/nx-docker-artifact',
  ],
  ['a link that leads out by its name', [top, link('../x', 'y')], '../x'],
  ['a member below an absolute link', [link('top/l', '/tmp'), file('top/l/x')], 'top/l/x'],
  ['a member below an upward link', [link('top/l', '../..'), file('top/l/x')], 'top/l/x'],
  ['a link below a link', [top, link('top/l', '/tmp'), link('top/l/new', 'x')], 'top/l/new'],
  [BY_INODE, [top, link('top/l', '/tmp'), directory('top/l')], 'top/l'],
  ['a member below a file', [top, file('top/f'), file('top/f/x')], 'top/f/x'],
  ['a file in place of a directory', [top, file('top/d/x'), file('top/d')], 'top/d'],
  ['a link in place of a directory', [top, file('top/d/x'), link('top/d', 'x')], 'top/d'],
  [
    'a hard link in place of a directory',
    [top, file('top/a'), file('top/d/x'), hard('top/d', 'top/a')],
    'top/d',
  ],
  ['a hard link to nothing', [top, hard('top/h', 'top/none')], 'top/none'],
  ['a hard link to a later file', [top, hard('top/h', 'top/a'), file('top/a')], 'top/h'],
  ['a hard link to a directory', [top, directory('top/d'), hard('top/h', 'top/d')], 'top/h'],
  ['a hard link to a file outside', [top, hard('top/h', '/etc/passwd')], 'etc/passwd'],
  ['a member without a name', [top, file('')], 'a-0123456.tar.gz'],
  ['a name of 256 bytes', [top, ...long(`top/${name(256)}`)], '256 bytes; 255 are possible'],
  ['a path of 4,096 bytes', [top, ...long(path(4096))], '4096 bytes; 4095 are possible'],
];

/** What is unusual, and can be unpacked. */
const ACCEPTED: [string, Member[]][] = [
  ['members without their directories', [file('top/a/b/c')]],
  [
    'members that begin with ./',
    [directory('./.'), directory('./top'), file('./top/./a'), hard('./top/h', './top/a')],
  ],
  ['members with double slashes', [top, file('top//a')]],
  ['a file twice', [top, file('top/a', 'x'), file('top/a', 'y')]],
  ['a directory twice', [top, file('top/d/x'), directory('top/d')]],
  ['a link twice', [top, link('top/l', 'a'), link('top/l', '/b')]],
  ['a file in place of an empty directory', [top, directory('top/d'), file('top/d')]],
  ['a hard link to a link', [top, link('top/l', '/nowhere'), hard('top/h', 'top/l')]],
  ['a setuid program', [top, file('top/su', 'x', 0o4755)]],
  ['directories that cannot be read', [directory('top', 0), file('top/d/a')]],
  ['names of 255 bytes', [top, ...long(`top/${name(255)}`)]],
  [
    'names with arrows, quotes and newlines',
    [top, file('top/a -> "b" link to \\n\n'), link('top/l', 'x -> y\n"')],
  ],
  ['names that are not ASCII', [directory('größe'), file('größe/ä'), hard('größe/ö', 'größe/ä')]],
];

describe.each(WAYS)('with $way', ({ env }) => {
  /** What `archive` and what `build-artifact` say to an archive of these members. */
  async function both(members: Member[], longest?: number) {
    const place = await temporaryDirectory('both');
    const deps = { env: await env(), signal: new AbortController().signal };
    const bytes = compress(tarOf(members), 'gz');
    const target = {
      file: 'a-0123456.tar.gz',
      size: bytes.length,
      directory: join(place, 'archive'),
      longest,
    };
    const archive = await archiveOf(members);
    const ok = () => 'ok';
    const stored = await storeArchive(Readable.from([bytes]), target, deps).then(ok, (error) => error);
    const unpacked = await unpack(archive, join(place, 'artifact'), 'A'.repeat(64), deps).then(
      ok,
      (error) => error,
    );
    expect((await readdir(place)).sort()).toEqual([
      ...(stored === 'ok' ? ['archive'] : []),
      ...(unpacked === 'ok' ? ['artifact'] : []),
    ]);
    return { stored, unpacked };
  }

  test.each(REFUSED)('storeArchive() refuses %s, as unpack() does', async (what, members, named) => {
    const { stored, unpacked } = await both(members);
    if (what === BY_INODE && unpacked === 'ok')
      return expect(stored).toMatchObject({ code: 'ARCHIVE_CORRUPT' });
    expect(unpacked).toMatchObject({ code: expect.stringMatching(/^(ARCHIVE_CORRUPT|FILE_ACCESS)$/) });
    expect(stored).toMatchObject({ code: 'ARCHIVE_CORRUPT', message: expect.stringContaining(named) });
  });

  test.each(ACCEPTED)('storeArchive() accepts %s, as unpack() does', async (_, members) => {
    expect(await both(members)).toEqual({ stored: 'ok', unpacked: 'ok' });
  });

  test('storeArchive() refuses a path that is too long where it is to be unpacked', async () => {
    const { stored } = await both([top, file(`top/${name(80)}`)], 83);
    expect(stored.message).toContain('is a path of 84 bytes; 83 are possible');
  });
});
