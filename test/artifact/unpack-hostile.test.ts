import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpack } from '../../src/artifact/unpack.js';
import { archiveOf, directory, file, link, listing, type Member, onlyPrograms } from '../support/archives.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const WAYS = [
  { way: 'tar', env: async () => process.env },
  { way: 'no tar command', env: () => onlyPrograms() },
];
const CHECKSUM = 'A'.repeat(64);

describe.each(WAYS)('with $way', ({ env }) => {
  /** Unpacks over an old artifact, beside a file that must stay as it is. */
  async function attack(members: (victim: string) => Member[]) {
    const place = await temporaryDirectory('artifact');
    const target = join(place, 'artifacts/alpha');
    const victim = join(place, 'victim');
    await writeFiles(place, { 'artifacts/alpha/old': 'old', 'victim/file': 'untouched' });
    const archive = await archiveOf(members(victim));
    const { signal } = new AbortController();
    const result = await unpack(archive, target, CHECKSUM, { env: await env(), signal }).then(
      () => 'unpacked',
      (error) => error.code ?? error,
    );
    expect(await listing(victim)).toEqual({ file: expect.stringMatching(/ untouched$/) });
    expect(await readdir(dirname(target))).toEqual(['alpha']);
    expect((await readdir(place)).sort()).toEqual(['artifacts', 'victim']);
    return { result, target };
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
    ['replaces a link', (victim) => [link('top/l', `${victim}/file`), file('top/l/', 'evil')]],
  ])('a member that %s is refused, and the old artifact stays', async (_, members) => {
    const { result, target } = await attack(members);
    expect(result).toBe('ARCHIVE_BAD');
    expect(await readFile(join(target, 'old'), 'utf8')).toBe('old');
  });

  test('a hard link to a file outside is refused', async () => {
    const { result } = await attack((victim) => [
      directory('top'),
      { path: 'top/hard', type: 'Link', linkpath: `${victim}/file` },
      file('top/hard', 'evil'),
    ]);
    expect(result).toBe('ARCHIVE_BAD');
  });

  test.each(['CHECKSUM', '.docker_id', '.archive_sha256'])(
    'a link called %s is replaced, not written through',
    async (name) => {
      const { result, target } = await attack((victim) => [
        directory('top'),
        link(`top/${name}`, `${victim}/file`),
      ]);
      expect(result).toBe('unpacked');
      expect(await readFile(join(target, 'CHECKSUM'), 'utf8')).toBe(CHECKSUM);
    },
  );

  test('a directory called CHECKSUM is replaced', async () => {
    const { result, target } = await attack(() => [directory('top/CHECKSUM'), file('top/CHECKSUM/x')]);
    expect(result).toBe('unpacked');
    expect(await readFile(join(target, 'CHECKSUM'), 'utf8')).toBe(CHECKSUM);
  });
});

test('a link in the place of the artifact directory is replaced, and what it leads to stays', async () => {
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
