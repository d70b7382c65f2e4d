import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isUnpacked } from '../../../src/artifact/archive/marker-files.js';
import { unpack } from '../../../src/artifact/archive/unpack.js';
import {
  archiveOf,
  COMPRESSIONS,
  directory,
  file,
  link,
  listing,
  type Member,
  onlyPrograms,
} from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const CHECKSUM = 'A'.repeat(64);
const signal = new AbortController().signal;
const isRoot = process.getuid?.() === 0;
/** What an unpacked file's mode is: as it was packed for root, less the umask for others, as tar does. */
const masked = (mode: number) => (isRoot ? mode : mode & ~process.umask()).toString(8);

const MEMBERS: Member[] = [
  directory('top', 0o755, new Date(1e12)),
  directory('top/bin', 0o775, new Date('2001-02-03T04:05:06Z')),
  file('top/bin/tool', '#!/bin/sh\n', 0o775, new Date('2002-02-03T04:05:06Z')),
  file('top/secret', 'x', 0o600),
  link('top/relative', 'bin/tool'),
  link('top/absolute', '/usr/bin/env'),
  link('top/dangling', 'no/where'),
  link('top/up', '../../up'),
  { path: 'top/hard', type: 'Link', linkpath: 'top/bin/tool' },
  { path: 'top/hard-link', type: 'Link', linkpath: 'top/absolute' },
  directory('top/read-only', 0o555, new Date('2003-02-03T04:05:06Z')),
  file('top/read-only/file', 'y', 0o444),
  file('top/empty', ''),
];

const EXPECTED = {
  '.archive_sha256': expect.stringMatching(/^file 6\d\d [0-9a-f]{64}$/),
  CHECKSUM: expect.stringMatching(/^file 6\d\d A{64}$/),
  bin: `dir ${masked(0o775)}`,
  'bin/tool': `file ${masked(0o775)} #!/bin/sh\n`,
  secret: 'file 600 x',
  relative: 'link -> bin/tool',
  absolute: 'link -> /usr/bin/env',
  dangling: 'link -> no/where',
  up: 'link -> ../../up',
  hard: `file ${masked(0o775)} #!/bin/sh\n`,
  'hard-link': 'link -> /usr/bin/env',
  'read-only': 'dir 555',
  'read-only/file': 'file 444 y',
  empty: `file ${masked(0o644)} `,
};

const WAYS = [
  ...COMPRESSIONS.map((kind) => ({ way: `tar, .tar.${kind}`, kind, env: async () => process.env })),
  { way: 'no tar command, .tar.gz', kind: 'gz', env: () => onlyPrograms() },
];

describe.each(WAYS)('unpack() with $way', ({ kind, env }) => {
  const unpacked = async (members: Member[]) => {
    const target = join(await temporaryDirectory('artifact'), 'alpha-portable-1.0');
    const archive = await archiveOf(members, kind);
    const again = async () => await unpack(archive, target, CHECKSUM, { env: await env(), signal });
    await again();
    return { target, archive, again };
  };

  test('preserves links of every kind, modes and contents', async () => {
    const { target } = await unpacked(MEMBERS);
    expect(await listing(target)).toEqual(EXPECTED);
    const [tool, hard] = await Promise.all([stat(join(target, 'bin/tool')), stat(join(target, 'hard'))]);
    expect(hard.ino).toBe(tool.ino);
  });

  test('preserves times, of directories too', async () => {
    const { target } = await unpacked(MEMBERS);
    const time = async (name: string) => (await lstat(join(target, name))).mtime.toISOString();
    expect(await time('bin')).toBe('2001-02-03T04:05:06.000Z');
    expect(await time('bin/tool')).toBe('2002-02-03T04:05:06.000Z');
    expect(await time('read-only')).toBe('2003-02-03T04:05:06.000Z');
    expect(await time('absolute')).toBe(new Date(1e12).toISOString());
  });

  test('gives files to the user who unpacks, not to the one who packed', async () => {
    const { target } = await unpacked(MEMBERS);
    for (const name of ['bin', 'bin/tool', 'absolute']) {
      expect((await lstat(join(target, name))).uid).toBe(process.getuid?.());
    }
  });

  test('replaces what was there, and leaves nothing beside it', async () => {
    const { target, again } = await unpacked(MEMBERS);
    await writeFiles(target, { stale: 'x' });
    await again();
    expect(await listing(target)).toEqual(EXPECTED);
    expect(await readdir(dirname(target))).toEqual(['alpha-portable-1.0']);
  });

  test('accepts any name of the top directory, and members before its own entry', async () => {
    const { target } = await unpacked([file('./some name/a', 'x'), directory('./some name')]);
    expect(await readFile(join(target, 'a'), 'utf8')).toBe('x');
  });

  test('makes a read-only top directory writable for the marker files', async () => {
    const { target } = await unpacked([directory('top', 0o555), file('top/a')]);
    expect(((await stat(target)).mode & 0o777).toString(8)).toBe('755');
  });

  test.each([
    'a file with spaces',
    'quotes \' " and `backticks`',
    'größe-日本語-🐳',
    'brackets [1] {2} (3) <4>',
    'a, comma; and $HOME & more',
    'new\nline\ttab',
    'back\\slash \\n',
    '-rf',
    '@at',
    '*',
  ])('unpacks a member and a directory called %j', async (name) => {
    const parent = join(await temporaryDirectory('artifact'), name);
    const archive = await archiveOf([directory('top'), file(`top/${name}`, 'x'), link('top/l', name)], kind);
    await unpack(archive, join(parent, name), CHECKSUM, { env: await env(), signal });
    const names = (await readdir(join(parent, name))).filter((entry) => !/^(\.archive|CHECKSUM)/.test(entry));
    expect(names.sort()).toEqual([name, 'l'].sort());
    expect(await readFile(join(parent, name, 'l'), 'utf8')).toBe('x');
    expect(await isUnpacked(join(parent, name), archive, CHECKSUM)).toBe(true);
  });
});

describe('unpack(), isUnpacked() and the marker files', () => {
  const prepare = async (members = [directory('top'), file('top/a')]) => {
    const target = join(await temporaryDirectory('artifact'), 'alpha');
    const archive = await archiveOf(members);
    return { target, archive, run: () => unpack(archive, target, CHECKSUM, { env: process.env, signal }) };
  };

  test('write CHECKSUM without a newline, or Nerves takes the artifact for a stale one', async () => {
    const { target, run } = await prepare();
    await run();
    expect(await readFile(join(target, 'CHECKSUM'), 'utf8')).toBe(CHECKSUM);
  });

  test('keep the id of the build volume', async () => {
    const { target, run } = await prepare();
    await writeFiles(target, { '.docker_id': 'abcdefgh01234567', CHECKSUM: 'old', other: '' });
    await run();
    expect((await readdir(target)).sort()).toEqual(['.archive_sha256', '.docker_id', 'CHECKSUM', 'a']);
    expect(await readFile(join(target, '.docker_id'), 'utf8')).toBe('abcdefgh01234567');
  });

  test('keep the ids of the build volumes of all configurations', async () => {
    const { target, run } = await prepare();
    const ids = { '.docker_id.debug': 'abcdefgh01234567', '.docker_id.my%20own': 'bcdefgh012345678' };
    await writeFiles(target, { ...ids, CHECKSUM: 'old' });
    await run();
    expect((await readdir(target)).sort()).toEqual(
      ['.archive_sha256', ...Object.keys(ids), 'CHECKSUM', 'a'].sort(),
    );
    for (const [name, id] of Object.entries(ids)) expect(await readFile(join(target, name), 'utf8')).toBe(id);
  });

  test('drop the .docker_id of an archive, which is not a volume here', async () => {
    const foreign = ['.docker_id', '.docker_id.debug'].map((name) => file(`top/${name}`, 'of somebody else'));
    const { target, run } = await prepare([directory('top'), ...foreign]);
    await run();
    expect(await readdir(target)).toEqual(['.archive_sha256', 'CHECKSUM']);
    await writeFiles(target, { '.docker_id': 'abcdefgh01234567' });
    await run();
    expect(await readFile(join(target, '.docker_id'), 'utf8')).toBe('abcdefgh01234567');
  });

  test('count an artifact as unpacked when both markers match, and only then', async () => {
    const { target, archive, run } = await prepare();
    const other = { ...archive, sha256: '0'.repeat(64) };
    expect(await isUnpacked(target, archive, CHECKSUM)).toBe(false);
    await run();
    expect(await isUnpacked(target, archive, CHECKSUM)).toBe(true);
    expect(await isUnpacked(target, other, CHECKSUM)).toBe(false);
    expect(await isUnpacked(target, archive, 'B'.repeat(64))).toBe(false);
    await writeFiles(target, { CHECKSUM: `${CHECKSUM}\n` });
    expect(await isUnpacked(target, archive, CHECKSUM)).toBe(false);
  });
});
