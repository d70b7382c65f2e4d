import { expect, test } from 'vitest';
import { parseAnswer } from '../../../../src/runner/timing/facts/build-order.js';
import { makeOf } from '../../../../src/runner/timing/facts/make-command.js';

test('parseAnswer() has the order without what else make prints, and the directories that are built', () => {
  const text = 'zlib-1.3\ntoolchain\norder:\nmake: warning\nhost-skeleton\nzlib\n:\nzlib\nbusybox\n';
  expect(parseAnswer(text, 0)).toEqual({
    order: ['host-skeleton', 'zlib', 'busybox'],
    directories: ['zlib-1.3', 'toolchain'],
  });
});

test('parseAnswer() has no order of a make that fails, or knows none', () => {
  expect(parseAnswer('order:\nzlib\n', 2)).toEqual({ order: undefined, directories: [] });
  expect(parseAnswer('a-1\norder:\n', 0)).toEqual({ order: undefined, directories: ['a-1'] });
});

test('parseAnswer() has what goals need, and the goals, of the commands that make -n prints', () => {
  const text = 'order:\necho host-skeleton host-m4\necho host-skeleton\nmake: nothing to echo here\n';
  expect(parseAnswer(text, 0, ['host-bison', 'host-m4']).order).toEqual([
    ...['host-skeleton', 'host-m4', 'host-bison'],
  ]);
  expect(parseAnswer(text, 2, ['host-bison']).order).toBeUndefined();
});

test.each([
  ['make', [], []],
  ['make -j4 O=out V=1 all', ['O=out', 'V=1'], []],
  [
    '/usr/bin/gmake -C /src -j 4 -f x.mk host-m4 busybox',
    ['-C', '/src', '-f', 'x.mk'],
    ['host-m4', 'busybox'],
  ],
])('makeOf() of %j knows what it builds', (line, words, goals) => {
  const argv = line.split(' ');
  expect(makeOf(argv)).toEqual({ words: [argv[0], ...words, '-n', '--no-print-directory'], goals });
});

test('makeOf() of another program is undefined', () => {
  expect(makeOf(['sh', '-c', 'make'])).toBeUndefined();
  expect(makeOf([])).toBeUndefined();
});
