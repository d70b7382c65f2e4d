import { expect, test } from 'vitest';
import { HINTS, hintFor, NEXT_STEP, OUT_OF_MEMORY, type Source } from '../../src/conventions/hints.js';

/** A text for each hint, and what a user is told. */
const rows: [Source, string, string, RegExp][] = [
  ['engine', 'tar: x: Cannot write: No space left on device', 'DISK_FULL', /docker system df/],
  ['engine', 'write /var/lib/docker/x: disk quota exceeded', 'DISK_FULL', /clean --orphans/],
  ['host', 'tar: a: Cannot write: No space left on device', 'DISK_FULL', /on that disk/],
  ['host', 'ENOSPC', 'DISK_FULL', /on that disk/],
  ['host', 'EDQUOT', 'DISK_FULL', /on that disk/],
  ['engine', 'make[2]: *** [Makefile:2: x.o] Error 137', 'OUT_OF_MEMORY', /PARALLEL_JOBS=2/],
  ['engine', 'curl: (6) Could not resolve host: example.com', 'BUILD_FAILED', /could not reach the network/],
  [
    'host',
    'tar (child): zstd: Cannot exec: No such file or directory',
    'FILE_ACCESS',
    /Install that program/,
  ],
  ['host', 'tar: a: Cannot mkdir: Permission denied', 'FILE_ACCESS', /who owns/],
  ['host', 'EROFS', 'FILE_ACCESS', /who owns/],
];

test.each(rows)('hintFor() knows of the %s: %j', (source, text, code, hint) => {
  expect(hintFor(source, text)).toMatchObject({ code, hint: expect.stringMatching(hint) });
});

test('every hint of HINTS that has a text is in one of these rows', () => {
  const found = new Set(rows.map(([source, text]) => hintFor(source, text)));
  expect(HINTS.filter(({ match }) => match).filter((hint) => !found.has(hint))).toEqual([]);
});

test('HINTS: a full inotify table, ENOSPC too, is not a full disk of the engine', () => {
  expect(
    hintFor('engine', 'Error: ENOSPC: System limit for number of file watchers reached'),
  ).toBeUndefined();
});

test.each([
  [137, 'OUT_OF_MEMORY'],
  [126, 'BUILD_FAILED'],
  [127, 'BUILD_FAILED'],
])('HINTS: the exit code %d alone is %s', (exitCode, code) => {
  expect(HINTS.find(({ exitCodes }) => exitCodes?.includes(exitCode))?.code).toBe(code);
});

test('HINTS: a hint ends with a full stop or a question mark, and speaks the words of project.json', () => {
  for (const hint of [...HINTS.map(({ hint }) => hint), ...Object.values(NEXT_STEP)])
    expect(hint).toMatch(/[.?]$/);
  expect(OUT_OF_MEMORY.hint).toContain('make_args');
});
