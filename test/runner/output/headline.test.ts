import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headlines } from '../../../src/runner/output/headline.js';

const headlineOf = headlines();

test.each([
  ['>>> busybox 1.36.1 Building', '>>> busybox 1.36.1 Building'],
  ['\x1b[7m>>> busybox 1.36.1 Building\x1b[27m', '>>> busybox 1.36.1 Building'],
  ['\x1b[1m\x1b[7m>>> host-gcc 12 Extracting\x1b[27m\x1b[0m', '>>> host-gcc 12 Extracting'],
  ['\x1b[m>>>   Finalizing target directory  ', '>>>   Finalizing target directory'],
  ['[INFO ]  Installing final gcc compiler', '[INFO ]  Installing final gcc compiler'],
  [
    'checking for stricmp... \x1b[7m>>> host-ragel 6.10 Configuring\x1b[27m',
    '>>> host-ragel 6.10 Configuring',
  ],
  [
    'checking for x... >>> acl 2.4 Installing to staging directory',
    '>>> acl 2.4 Installing to staging directory',
  ],
  [Buffer.from('>>> größe').toString('latin1'), '>>> größe'],
])('headlines() recognizes %j', (line, expected) => {
  expect(headlineOf(line)).toBe(expected);
});

test.each([
  '',
  'x',
  '[INFO ]  ==========',
  '[EXTRA]    Building',
  '[INFO ] x',
  '>> x',
  '>>>x',
  ' >>> x',
  'see >>> x',
  "echo '>>> busybox 1.36.1 Building'",
  'is at >>> busybox 1.36.1 Building now',
  '\x1b[7mx >>> y',
  '>>>> x',
  '\x1b7>>> x',
])('headlines() does not recognize %j', (line) => {
  expect(headlineOf(line)).toBeUndefined();
});

test('headlines() strips control characters from any line, and recognizes both forms', () => {
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

test('headlines() with a pattern takes the lines that match it, and no others', () => {
  const own = headlines('^== |größe');
  expect(own('== linking ')).toBe('== linking');
  expect(own('\x1b[1m== linking\x1b[0m')).toBe('== linking');
  expect(own(Buffer.from('die größe').toString('latin1'))).toBe('die größe');
  expect(own('>>> busybox 1.36.1 Building')).toBeUndefined();
});
