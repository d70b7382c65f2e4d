import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lines, readable } from '../../src/util/lines.js';

function linesOf(chunks: Iterable<Buffer | string>): string[] {
  const seen: string[] = [];
  const lines = new Lines((line) => seen.push(line));
  for (const chunk of chunks) lines.push(Buffer.from(chunk));
  lines.end();
  return seen;
}

describe('Lines', () => {
  test.each([
    [['a\nb\n'], ['a', 'b']],
    [['a\nb'], ['a', 'b']],
    [['a\r\nb\r\n'], ['a', 'b']],
    [['10%\r50%\r100%\n'], ['10%', '50%', '100%']],
    [
      ['a\r', '\nb'],
      ['a', 'b'],
    ],
    [['\n\n\na\n\n'], ['a']],
    [['a', '', 'b', '\n'], ['ab']],
    [[], []],
  ])('%j', (chunks, expected) => {
    expect(linesOf(chunks)).toEqual(expected);
  });

  test('the same lines come out however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 20 }), fc.array(fc.nat(400)), (texts, cuts) => {
        const bytes = Buffer.from(texts.join('\n'));
        const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, index) =>
          bytes.subarray(from, places[index] ?? bytes.length),
        );
        expect(linesOf(chunks)).toEqual(linesOf([bytes]));
      }),
    );
  });

  test('each line says where it began, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'ü'), maxLength: 30 })),
        fc.nat(1_000),
        (texts, before) => {
          const seen: [string, number][] = [];
          const lines = new Lines((line, at) => seen.push([line, at]));
          let at = before;
          for (const chunk of texts.map((text) => Buffer.from(text))) {
            lines.push(chunk, at);
            at += chunk.length;
          }
          lines.end();
          const bytes = Buffer.from(texts.join('')).toString('latin1');
          for (const [line, begin] of seen)
            expect(bytes.slice(begin - before, begin - before + line.length)).toBe(line);
        },
      ),
    );
  });

  test('a line that began before something else was written says where it began', () => {
    const seen: [string, number][] = [];
    const lines = new Lines((line, at) => seen.push([line, at]));
    lines.push(Buffer.from('one\ntw'), 10);
    lines.push(Buffer.from('o\nthree\n'), 100); // of the other stream is what came between
    expect(seen).toEqual([
      ['one', 10],
      ['two', 14],
      ['three', 102],
    ]);
  });

  test('a byte is a character, whatever the bytes are, and readable() makes text of them', () => {
    const [line = ''] = linesOf([Buffer.from([0xc3, 0xbc, 0xff, 0x00, 0x0a])]);
    expect(Buffer.from(line, 'latin1')).toEqual(Buffer.from([0xc3, 0xbc, 0xff, 0x00]));
    expect(readable(line)).toBe('ü\ufffd');
    expect(
      readable(linesOf([Buffer.from('gr'), Buffer.from([0xc3]), Buffer.from([0xb6, 0xdf])])[0] ?? ''),
    ).toBe('grö\ufffd');
  });

  test('of a 10 MB line without a newline only the beginning is kept, while it comes and after', () => {
    const seen: string[] = [];
    const lines = new Lines((line) => seen.push(line));
    const chunk = Buffer.alloc(64 << 10, 'x');
    for (let sent = 0; sent < 10e6; sent += chunk.length) {
      lines.push(chunk);
      expect(JSON.stringify(lines).length).toBeLessThan(5_000);
    }
    lines.push(Buffer.from('y\nnext\n'));
    lines.end();
    expect(seen).toEqual(['x'.repeat(4096), 'next']);
  });

  test('a long line in one chunk is cut as well', () => {
    expect(linesOf([`${'x'.repeat(100_000)}\nnext`])).toEqual(['x'.repeat(4096), 'next']);
  });
});

test.each([
  ['\x1b[7m>>> x\x1b[27m', '>>> x'],
  ['\x1b[1;31merror:\x1b[0m \x1b[Kno', 'error: no'],
  ['\x1b(B\x1b[m>>> x', '>>> x'],
  ['\x1b]0;title\x07text', 'text'],
  ['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
  ['\x1b7saved\x1b8', 'saved'],
  ['\x1b[?25lx\x1b[?25h', 'x'],
  ['a\tb\x07\x08c\x7f', 'a\tbc'],
  ['cut \x1b[3', 'cut 3'],
])('readable(): %j is read as %j', (raw, text) => {
  expect(readable(Buffer.from(raw).toString('latin1'))).toBe(text);
});

test('readable(): the control characters of old terminals cannot hide in UTF-8', () => {
  expect(readable(Buffer.from('\u009b31mred\u0090').toString('latin1'))).toBe('31mred');
});
