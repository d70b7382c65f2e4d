import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ArchiveFile } from '../../../src/artifact/archive/archive-file.js';
import { unpack } from '../../../src/artifact/archive/unpack.js';
import {
  archiveOf,
  COMPRESSIONS,
  compress,
  directory,
  file,
  link,
  onlyPrograms,
  storedArchive,
  tarOf,
} from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const CHECKSUM = 'A'.repeat(64);
const MEMBERS = [directory('top'), file('top/a', 'some content\n'.repeat(1_000)), file('top/b', 'x')];

/** Unpacks over an old artifact that must stay, with nothing beside it. */
async function refusal(archive: ArchiveFile, env: NodeJS.ProcessEnv = process.env) {
  const target = join(await temporaryDirectory('artifact'), 'alpha');
  await writeFiles(target, { old: 'old', '.docker_id': 'abcdefgh01234567' });
  const { signal } = new AbortController();
  const error = await unpack(archive, target, CHECKSUM, { env, signal }).catch((error) => error);
  expect((await readdir(target)).sort()).toEqual(['.docker_id', 'old']);
  expect(await readdir(dirname(target))).toEqual(['alpha']);
  return error;
}

/** The bytes of an archive, changed, with the .sha256 that they had before. */
async function changed(archive: ArchiveFile, change: (bytes: Buffer) => Buffer): Promise<ArchiveFile> {
  await writeFile(archive.path, change(await readFile(archive.path)));
  return archive;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 0x10;
  return copy;
}

const WAYS = [
  ...COMPRESSIONS.map((kind) => ({ way: `tar, .tar.${kind}`, kind, env: async () => process.env })),
  { way: 'no tar command, .tar.gz', kind: 'gz', env: () => onlyPrograms() },
];

describe.each(WAYS)('unpack() with $way', ({ kind, env }) => {
  test('refuses a truncated archive, wherever it ends', async () => {
    for (const part of [0, 0.3, 0.9]) {
      const archive = await changed(await archiveOf(MEMBERS, kind), (bytes) =>
        bytes.subarray(0, Math.floor(bytes.length * part)),
      );
      expect(await refusal(archive, await env())).toMatchObject({ code: 'ARCHIVE_CORRUPT' });
    }
  });

  test('finds a flipped bit, even one that tar does not mind', async () => {
    const { size } = await archiveOf(MEMBERS, kind);
    for (const at of [5, Math.floor(size / 2), size - 3]) {
      const archive = await changed(await archiveOf(MEMBERS, kind), (bytes) => flipped(bytes, at));
      expect(await refusal(archive, await env())).toMatchObject({ code: 'ARCHIVE_CORRUPT' });
    }
  });

  test('refuses something other than an archive', async () => {
    const archive = await storedArchive(Buffer.from('<html>not found</html>'), `a-0123456.tar.${kind}`);
    expect(await refusal(archive, await env())).toMatchObject({ code: 'ARCHIVE_CORRUPT' });
  });

  test.each([
    ['two directories', [...MEMBERS, directory('other')], 'it has 2 entries at its top'],
    ['a file beside the directory', [...MEMBERS, file('README')], 'it has 2 entries at its top'],
    ['a file', [file('top', 'x')], 'its only entry "top" is not a directory'],
    ['a link', [link('top', 'elsewhere')], 'its only entry "top" is not a directory'],
    ['nothing', [], /it has 0 entries at its top|unrecognized archive/i],
  ])('refuses an archive with %s at its top', async (_, members, cause) => {
    const error = await refusal(await archiveOf(members, kind), await env());
    expect(error.code).toBe('ARCHIVE_CORRUPT');
    expect(error.message).toMatch(cause);
    expect(error.hint).toContain('--skip-nx-cache');
  });
});

test('unpack() refuses a good archive with the .sha256 of another, and reports both sums', async () => {
  const archive = await archiveOf(MEMBERS);
  const error = await refusal({ ...archive, sha256: '0'.repeat(64) });
  expect(error.code).toBe('ARCHIVE_CORRUPT');
  expect(error.message).toContain(`its SHA-256 is ${archive.sha256}, not ${'0'.repeat(64)}`);
});

test('unpack() reports a missing archive as a missing file', async () => {
  const archive = { ...(await archiveOf(MEMBERS)), path: '/nowhere/a.tar.gz' };
  expect((await refusal(archive)).message).toMatch(/\/nowhere\/a\.tar\.gz/);
});

test('unpack() accepts a good archive about which tar warns thousands of times', async () => {
  const future = new Date('2040-01-01');
  const members = Array.from({ length: 2_000 }, (_, n) => file(`top/file-${n}`, '', 0o644, future));
  const archive = await archiveOf([directory('top'), ...members]);
  const target = join(await temporaryDirectory('artifact'), 'alpha');
  const { signal } = new AbortController();
  await unpack(archive, target, CHECKSUM, { env: process.env, signal });
  expect(await readdir(target)).toHaveLength(2_002);
});

test('unpack() reports that it cannot read an .tar.xz without a tar command', async () => {
  const archive = await storedArchive(compress(tarOf(MEMBERS), 'gz'), 'a-0123456.tar.xz');
  const error = await refusal(archive, await onlyPrograms());
  expect(error.message).toContain('without a tar command only .tar.gz can be read');
});
