import { expect, test } from 'vitest';
import { ArtifactError, reason, systemCode } from '../src/errors.js';
import { fileError } from '../src/util/files/file-error.js';

test('the message has code, attempt, cause, details and hint, in this order', () => {
  const error = new ArtifactError('BUILD_FAILED', {
    tried: 'run make (make V=1)',
    cause: 'it ended with exit code 2',
    details: ['x.c:1: error: no', 'make: *** [all] Error 1'],
    hint: 'The complete log is in /x/build.log',
    exitCode: 2,
  });
  expect(error.message).toBe(
    [
      'BUILD_FAILED: could not run make (make V=1): it ended with exit code 2',
      '  | x.c:1: error: no',
      '  | make: *** [all] Error 1',
      '  -> The complete log is in /x/build.log',
    ].join('\n'),
  );
  expect(error).toMatchObject({ name: 'ArtifactError', code: 'BUILD_FAILED', exitCode: 2 });
});

test('ArtifactError shows the ends of a script, and the first of 500 paths', () => {
  const script = `find . -name a\n${'x=$(cat "$1"); printf "%s" "$x"\n'.repeat(500)}exit 3`;
  const paths = Array.from({ length: 500 }, (_, n) => `src/a/b/c/${n}.c`);
  const { message } = new ArtifactError('FILE_ACCESS', {
    tried: `run sh -c ${script}`,
    cause: new Error(`Command failed: tar -cf - ${paths.join(' ')}: Permission denied`),
    details: [paths.join(' '), ...paths],
  });
  expect(message.length).toBeLessThan(3000);
  expect(message.split('\n').slice(-19)).toEqual([
    ...paths.slice(1, 19).map((path) => `  | ${path}`),
    '  | and 481 more',
  ]);
  expect(message).toMatch(/could not run sh -c find [\s\S]* \.\.\. [\s\S]*exit 3: Command failed: tar /);
  expect(message).toMatch(/ \.\.\. .*: Permission denied\n/);
});

test('page is the heading of the code in docs/errors.md, by its anchor on GitHub', () => {
  const error = new ArtifactError('NO_TTY', { tried: 'open a shell', cause: 'no' });
  expect(error.page).toBe('docs/errors.md#no_tty');
  expect(error.message).not.toContain('errors.md');
});

test('an error that was caught is the cause, by its message and as a whole', () => {
  const cause = Object.assign(new Error('connect ENOENT /x.sock\n'), { code: 'ENOENT' });
  const error = new ArtifactError('ENGINE_UNREACHABLE', { tried: 'reach the engine', cause });
  expect(error.message).toBe('ENGINE_UNREACHABLE: could not reach the engine: connect ENOENT /x.sock');
  expect(error.cause).toBe(cause);
});

test.each([
  [new AggregateError([new Error('connect ECONNREFUSED ::1:2375')], ''), 'connect ECONNREFUSED ::1:2375'],
  [new AggregateError([], 'none'), 'none'],
  [new RangeError(''), 'RangeError'],
  [undefined, 'undefined'],
  [' text ', 'text'],
])('the reason of %o is never empty', (cause, expected) => {
  expect(reason(cause)).toBe(expected);
});

test('only a text is a system code', () => {
  expect(systemCode(Object.assign(new Error('x'), { code: 'EACCES' }))).toBe('EACCES');
  expect([null, undefined, 'EACCES', {}, { code: 13 }].map(systemCode)).toEqual(Array(5).fill(undefined));
});

test.each([
  ['ENOSPC', 'DISK_FULL'],
  ['EDQUOT', 'DISK_FULL'],
  ['EACCES', 'FILE_ACCESS'],
  ['EROFS', 'FILE_ACCESS'],
  ['ENAMETOOLONG', 'FILE_ACCESS'],
])('%s of the file system is %s', (code, expected) => {
  const error = Object.assign(new Error(`${code}: no`), { code });
  expect(fileError(error, 'write /x')).toMatchObject({
    code: expected,
    message: expect.stringContaining(`could not write /x: ${code}: no`),
  });
});

test('what is no error of the file system stays what it is', () => {
  const nodes = Object.assign(new Error('x'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
  for (const error of [nodes, new TypeError('x'), 'text', undefined, new DOMException('x', 'AbortError')]) {
    expect(fileError(error, 'write /x')).toBe(error);
  }
  const ours = new ArtifactError('ARCHIVE_CORRUPT', { tried: 'x', cause: 'y' });
  expect(fileError(ours, 'write /x')).toBe(ours);
});
