import { expect, test } from 'vitest';
import { parseAnswer } from '../../../../src/runner/timing/facts/build-order.js';

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
