import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { unpack } from '../../../src/artifact/archive/unpack.js';
import { archiveOf, directory, file, onlyPrograms } from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const CHECKSUM = 'A'.repeat(64);

/** A tar that is GNU tar by its banner, and then fails as it is told to. */
const failingTar = (script: string) =>
  onlyPrograms({ tar: `[ "$1" = --version ] && echo "tar (GNU tar) 1.34" && exit\n${script}` });

async function attempt(env: NodeJS.ProcessEnv, signal = new AbortController().signal) {
  const target = join(await temporaryDirectory('artifact'), 'alpha');
  await writeFiles(target, { old: '' });
  const archive = await archiveOf([directory('top'), file('top/a')]);
  const error = await unpack(archive, target, CHECKSUM, { env, signal }).catch((error) => error);
  expect(await readdir(target)).toEqual(['old']);
  expect(await readdir(dirname(target))).toEqual(['alpha']);
  return error;
}

test('unpack() reports a full disk as DISK_FULL, not as a corrupt archive', async () => {
  const env = await failingTar(
    'echo "tar: top/a: Wrote only 512 of 10240 bytes" >&2; echo "tar: top/b: Cannot write: No space left on device" >&2; exit 2',
  );
  const error = await attempt(env);
  expect(error.code).toBe('DISK_FULL');
  expect(error.message).toContain('  | tar: top/b: Cannot write: No space left on device');
});

test('unpack(): all is on the disk before CHECKSUM says that it is complete', async () => {
  const place = await temporaryDirectory('artifact');
  const { PATH: bin } = await onlyPrograms({ sync: `echo "$@" >${place}/said; ls -A "$2" >>${place}/said` });
  const archive = await archiveOf([directory('top'), file('top/a')]);
  const env = { PATH: `${bin}:${process.env.PATH}` };
  await unpack(archive, join(place, 'alpha'), CHECKSUM, { env, signal: new AbortController().signal });
  expect(await readFile(join(place, 'said'), 'utf8')).toMatch(/^-f \S+\/top\na\n$/);
});

test.each([
  ['DISK_FULL', 'No space left on device'],
  ['FILE_ACCESS', 'Input/output error'],
])('unpack() reports %s for a disk that rejects the data', async (code, message) => {
  const { PATH: bin } = await onlyPrograms({
    sync: `echo "sync: error syncing 'x': ${message}" >&2; exit 1`,
  });
  const error = await attempt({ PATH: `${bin}:${process.env.PATH}` });
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
});

test('unpack() reports a missing xz as such', async () => {
  const env = await failingTar('echo "tar (child): xz: Cannot exec: No such file or directory" >&2; exit 2');
  const error = await attempt(env);
  expect(error).toMatchObject({
    code: 'FILE_ACCESS',
    hint: 'Install that program (Debian: xz-utils, zstd).',
  });
});

test('unpack() shows the first of thousands of complaints that is not a warning', async () => {
  const env = await failingTar(
    'n=0; while [ $n -lt 3000 ]; do echo "tar: top/$n: time stamp 2040-01-01 00:00:00 is 1 s in the future" >&2; n=$((n+1)); done; echo "gzip: stdin: unexpected end of file" >&2; exit 2',
  );
  const error = await attempt(env);
  expect(error.code).toBe('ARCHIVE_CORRUPT');
  expect(error.message).toContain('  | gzip: stdin: unexpected end of file');
  expect(error.message).not.toContain('time stamp');
});

test.each([
  ['tar', 'exec sleep 20'],
  ['a tar that ignores the TERM', `trap '' TERM; while :; do sleep 0.1; done`],
  ['a tar whose child keeps its output open', 'sleep 20 & exec sleep 20'],
])('unpack() ends %s when interrupted, and fails with the interrupt', async (_, does) => {
  const started = join(await temporaryDirectory('signal'), 'started');
  const env = await failingTar(`echo $$ >${started}; ${does}`);
  env.PATH += `:${process.env.PATH}`;
  const interrupt = new AbortController();
  const waiting = attempt(env, interrupt.signal);
  while (
    !(await access(started).then(
      () => true,
      () => false,
    ))
  )
    await sleep(10);
  const begun = performance.now();
  interrupt.abort(new Error('interrupted by SIGINT'));
  expect((await waiting).message).toBe('interrupted by SIGINT');
  expect(performance.now() - begun).toBeLessThan(4_000);
});

test('unpack() changes nothing when interrupted before the start', async () => {
  const error = await attempt(process.env, AbortSignal.abort(new Error('interrupted by SIGTERM')));
  expect(error.message).toBe('interrupted by SIGTERM');
});

test("unpack() ignores the user's TAR_OPTIONS and GZIP", async () => {
  const target = join(await temporaryDirectory('artifact'), 'alpha');
  const archive = await archiveOf([directory('top'), file('top/a'), file('top/b')]);
  const env = {
    ...process.env,
    TAR_OPTIONS: '--exclude=a --verbose',
    GZIP: '--nonsense',
    POSIXLY_CORRECT: '1',
  };
  await unpack(archive, target, CHECKSUM, { env, signal: new AbortController().signal });
  expect(await readdir(target)).toEqual(expect.arrayContaining(['a', 'b']));
});
