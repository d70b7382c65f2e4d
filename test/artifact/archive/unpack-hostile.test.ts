import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpack } from '../../../src/artifact/archive/unpack.js';
import {
  archiveOf,
  directory,
  file,
  link,
  listing,
  type Member,
  onlyPrograms,
  storedArchive,
} from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const WAYS = [
  { way: 'tar', env: async () => process.env },
  { way: 'no tar command', env: () => onlyPrograms() },
];
const CHECKSUM = 'A'.repeat(64);

describe.each(WAYS)('unpack() with $way', ({ env }) => {
  /** Unpacks over an old artifact, beside a file that must stay as it is. */
  async function attack(members: (victim: string) => Member[]) {
    const place = await temporaryDirectory('artifact');
    const target = join(place, 'artifacts/alpha');
    const victim = join(place, 'victim');
    await writeFiles(place, { 'artifacts/alpha/old': 'old', 'victim/file': 'untouched' });
    const archive = await archiveOf(members(victim));
    const { signal } = new AbortController();
    const outcome = await unpack(archive, target, CHECKSUM, { env: await env(), signal }).then(
      () => ({ result: 'unpacked', message: '' }),
      (error) => ({ result: error.code ?? error, message: String(error.message) }),
    );
    expect(await listing(victim)).toEqual({ file: expect.stringMatching(/ untouched$/) });
    expect(await readdir(dirname(target))).toEqual(['alpha']);
    expect((await readdir(place)).sort()).toEqual(['artifacts', 'victim']);
    return { ...outcome, target };
  }

  test.each<[string, (victim: string) => Member[]]>([
    ['leads out by ..', () => [directory('top'), file('top/../../../victim/file', 'evil')]],
    ['has an absolute name', (victim) => [directory('top'), file(`${victim}/file`, 'evil')]],
    ['is written through an absolute link', (victim) => [link('top/l', victim), file('top/l/file', 'evil')]],
    [
      'is written through an upward link',
      () => [link('top/l', '../../../victim'), file('top/l/file', 'evil')],
    ],
    [
      'is a link below a link',
      (victim) => [directory('top'), link('top/l', victim), link('top/l/new', '/etc/passwd')],
    ],
    ['is a link that leads out by its name', () => [directory('top'), link('../../../victim/file', 'evil')]],
  ])('refuses a member that %s, and keeps the old artifact', async (_, members) => {
    const { result, message, target } = await attack(members);
    expect(result).toBe('ARCHIVE_CORRUPT');
    expect(message, 'it names the member').toMatch(/top|victim|TAR_ENTRY_INVALID/);
    expect(await readFile(join(target, 'old'), 'utf8')).toBe('old');
  });

  test('refuses a member that replaces a link, and keeps the old artifact', async () => {
    const { result, message, target } = await attack((victim) => [
      link('top/l', `${victim}/file`),
      file('top/l/', 'evil'),
    ]);
    expect(result).toBe('ARCHIVE_CORRUPT');
    // GNU tar takes what replaced its placeholder of a link for that, and names it, where inode and time are the same:
    // the next tick of the kernel's clock gives it another time
    expect(message).toMatch(/top\/l|Skipping to next header|TAR_ENTRY_INVALID/);
    expect(await readFile(join(target, 'old'), 'utf8')).toBe('old');
  });

  test.each([
    ['a character device', { type: 'CharacterDevice', devmaj: 1, devmin: 5 }],
    ['a block device', { type: 'BlockDevice', devmaj: 8, devmin: 0 }],
    ['a FIFO', { type: 'FIFO' }],
  ] as const)('%s is refused by its name, and the old artifact stays', async (_, what) => {
    const { result, message, target } = await attack(() => [
      directory('top'),
      { path: 'top/odd one', ...what },
    ]);
    expect(result).toBe('ARCHIVE_CORRUPT');
    expect(message).toContain('odd one');
    expect(await readFile(join(target, 'old'), 'utf8')).toBe('old');
  });

  test('strips the setuid bit of a program, and no other', async () => {
    const { target } = await attack(() => [
      directory('top'),
      file('top/su', 'x', 0o6755),
      directory('top/d', 0o2755),
    ]);
    expect((await lstat(join(target, 'su'))).mode & 0o7777).toBe(0o755);
  });

  test('keeps the later of two members with one name; names that differ in case are two', async () => {
    const { target } = await attack(() => [
      directory('top'),
      ...[file('top/a', 'first'), file('top/a', 'second'), file('top/A', 'upper')],
    ]);
    expect(await readFile(join(target, 'a'), 'utf8')).toBe('second');
    expect(await readFile(join(target, 'A'), 'utf8')).toBe('upper');
  });

  test('refuses a hard link to a file outside', async () => {
    const { result } = await attack((victim) => [
      directory('top'),
      { path: 'top/hard', type: 'Link', linkpath: `${victim}/file` },
      file('top/hard', 'evil'),
    ]);
    expect(result).toBe('ARCHIVE_CORRUPT');
  });

  test.each(['CHECKSUM', '.docker_id', '.archive_sha256'])(
    'replaces a link called %s instead of writing through it',
    async (name) => {
      const { result, target } = await attack((victim) => [
        directory('top'),
        link(`top/${name}`, `${victim}/file`),
      ]);
      expect(result).toBe('unpacked');
      expect(await readFile(join(target, 'CHECKSUM'), 'utf8')).toBe(CHECKSUM);
    },
  );

  test('replaces a directory called CHECKSUM', async () => {
    const { result, target } = await attack(() => [directory('top/CHECKSUM'), file('top/CHECKSUM/x')]);
    expect(result).toBe('unpacked');
    expect(await readFile(join(target, 'CHECKSUM'), 'utf8')).toBe(CHECKSUM);
  });
});

test('unpack() replaces a link in place of the artifact directory, and keeps its target', async () => {
  const place = await temporaryDirectory('artifact');
  await writeFiles(place, { 'elsewhere/file': 'x' });
  await mkdir(join(place, 'artifacts'));
  const { symlink } = await import('node:fs/promises');
  await symlink('../elsewhere', join(place, 'artifacts/alpha'));
  const archive = await archiveOf([directory('top'), file('top/a')]);
  const { signal } = new AbortController();
  await unpack(archive, join(place, 'artifacts/alpha'), CHECKSUM, { env: process.env, signal });
  expect(Object.keys(await listing(join(place, 'elsewhere')))).toEqual(['file']);
  expect(await readdir(join(place, 'artifacts/alpha'))).toContain('a');
});

/** Archives that GNU tar has made of odd files: names of any bytes, and a file of 4 GiB that is all holes. */
async function madeByTar(script: string) {
  const place = await temporaryDirectory('made');
  execFileSync('bash', ['-ec', `mkdir top; cd top; ${script}; cd ..; tar -S -czf made.tar.gz top`], {
    cwd: place,
  });
  const archive = await storedArchive(readFileSync(join(place, 'made.tar.gz')));
  const target = join(place, 'artifact');
  await unpack(archive, target, CHECKSUM, { env: process.env, signal: new AbortController().signal });
  return target;
}

test('unpack() keeps names with newlines, control characters and bytes that are not UTF-8', async () => {
  const target = await madeByTar(
    "touch $'a\\nb' $'\\e[31m' $'\\xff\\xfe'; mkdir $'\\xff'; touch $'\\xff/x'; chmod 4755 $'\\xff/x'",
  );
  const names = (await readdir(target, { encoding: 'latin1' })).filter(
    (name) => !/^(CHECKSUM|\.archive)/.test(name),
  );
  expect(names.sort()).toEqual(['\x1b[31m', 'a\nb', '\xff', '\xff\xfe']);
});

test('unpack() takes no space for a sparse file of 4 GiB', async () => {
  const { size, blocks } = await lstat(join(await madeByTar('truncate -s 4G sparse'), 'sparse'));
  expect(size).toBe(4 * 1024 ** 3);
  expect(blocks).toBeLessThan(1000);
});
