import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import {
  complaints,
  compressionFlag,
  systemTar,
  tarEnv,
  tarError,
} from '../../../src/artifact/archive/tar-command.js';
import { onlyPrograms } from '../../support/archives.js';

test.each([
  ['GNU tar', 'echo "tar (GNU tar) 1.34"', 'gnu'],
  ['bsdtar', 'echo "bsdtar 3.5.3 - libarchive 3.7.4"', 'bsd'],
  ['that of busybox', 'echo "tar (busybox) 1.36.1"', undefined],
  ['one that fails', 'exit 1', undefined],
])('systemTar() recognizes %s by its banner', async (_, script, kind) => {
  expect(await systemTar(await onlyPrograms({ tar: script }))).toBe(kind);
});

test('systemTar() accepts that there is no tar at all', async () => {
  expect(await systemTar(await onlyPrograms())).toBeUndefined();
  expect(await systemTar({ PATH: '' })).toBeUndefined();
});

test("tarEnv() gives tar the caller's PATH, English, one xz thread, and nothing else of the environment", () => {
  expect(
    tarEnv({ PATH: '/bin', TMPDIR: '/t', TAR_OPTIONS: '-v', LC_ALL: 'de_DE.UTF-8', HOME: '/x' }),
  ).toEqual({
    ...{ PATH: '/bin', TMPDIR: '/t', LC_ALL: 'C', XZ_DEFAULTS: '--threads=1' },
  });
});

test.each([
  ['a.tar.gz', '-z'],
  ['a.tar.xz', '-J'],
  ['a.tar.zst', '--zstd'],
  ['a.tar.xz.tar.gz', '-z'],
  ['a', '-z'],
])('compressionFlag() reads %s with %s', (file, flag) => {
  expect(compressionFlag(file)).toBe(flag);
});

test('complaints() keeps the first five lines that are not warnings', async () => {
  const warning = 'tar: a: time stamp 2040-01-01 00:00:00 is 441 s in the future\n';
  const keyword = "tar: Ignoring unknown extended header keyword 'LIBARCHIVE.xattr.x'\n";
  const lines = Array.from({ length: 8 }, (_, n) => `tar: error ${n}\n`);
  const text = warning.repeat(10_000) + keyword.repeat(10_000) + lines.join('') + warning;
  expect(await complaints(Readable.from([Buffer.from(text)]), new AbortController().signal)).toEqual(
    lines.slice(0, 5).map((line) => line.trim()),
  );
});

test.each([
  ['DISK_FULL', 'tar: a: Cannot write: No space left on device'],
  ['DISK_FULL', 'tar: a: Cannot open: Disk quota exceeded'],
  ['FILE_ACCESS', 'tar (child): zstd: Cannot exec: No such file or directory'],
  ['FILE_ACCESS', 'tar: a: Cannot mkdir: Permission denied'],
  ['FILE_ACCESS', 'tar: a: Cannot open: Read-only file system'],
  ['ARCHIVE_CORRUPT', 'gzip: stdin: invalid compressed data--crc error'],
  ['ARCHIVE_CORRUPT', 'tar: a: Cannot open: Not a directory'],
])('tarError() maps to %s for %j', (code, line) => {
  const error = tarError('/x/a.tar.gz', { exitCode: 2 }, [line]);
  expect(error).toMatchObject({ code, message: expect.stringContaining(`  | ${line}`) });
});
