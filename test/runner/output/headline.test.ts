import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headlineOf } from '../../../src/runner/output/headline.js';

test.each([
  ['>>> busybox 1.36.1 Building', '>>> busybox 1.36.1 Building'],
  ['\x1b[7m>>> busybox 1.36.1 Building\x1b[27m', '>>> busybox 1.36.1 Building'],
  ['\x1b[1m\x1b[7m>>> host-gcc 12 Extracting\x1b[27m\x1b[0m', '>>> host-gcc 12 Extracting'],
  ['\x1b[m>>>   Finalizing target directory  ', '>>>   Finalizing target directory'],
  [Buffer.from('>>> größe').toString('latin1'), '>>> größe'],
])('headlineOf() recognizes %j', (line, expected) => {
  expect(headlineOf(line)).toBe(expected);
});

test.each(['', 'x', '>> x', '>>>x', ' >>> x', 'see >>> x', '\x1b[7mx >>> y', '>>>> x', '\x1b7>>> x'])(
  'headlineOf() does not recognize %j',
  (line) => {
    expect(headlineOf(line)).toBeUndefined();
  },
);

test('headlineOf() strips control characters from any line, and recognizes both forms', () => {
  const line = fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString('latin1'));
  fc.assert(
    fc.property(line, (text) => {
      const plain = headlineOf(`>>> ${text}`);
      expect(plain).toMatch(/^>>>/);
      expect(plain).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      if (!text.includes('\x1b')) expect(headlineOf(`\x1b[7m>>> ${text}\x1b[27m`)).toBe(plain);
    }),
    { numRuns: 2000 },
  );
});
