import { expect, test } from 'vitest';
import { headlineOf } from '../../src/runner/headline.js';

test.each([
  ['>>> busybox 1.36.1 Building', '>>> busybox 1.36.1 Building'],
  ['\x1b[7m>>> busybox 1.36.1 Building\x1b[27m', '>>> busybox 1.36.1 Building'],
  ['\x1b[1m\x1b[7m>>> host-gcc 12 Extracting\x1b[27m\x1b[0m', '>>> host-gcc 12 Extracting'],
  ['\x1b[m>>>   Finalizing target directory  ', '>>>   Finalizing target directory'],
  [Buffer.from('>>> größe').toString('latin1'), '>>> größe'],
])('%j is a headline', (line, expected) => {
  expect(headlineOf(line)).toBe(expected);
});

test.each(['', 'x', '>> x', '>>>x', ' >>> x', 'see >>> x', '\x1b[7mx >>> y', '>>>> x', '\x1b7>>> x'])(
  '%j is none',
  (line) => {
    expect(headlineOf(line)).toBeUndefined();
  },
);
