import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Diagnostics } from '../../../../src/runner/output/failure/diagnostics.js';
import { failureLines } from '../../../../src/runner/output/failure/failure-lines.js';
import { buildLog } from '../../../../src/runner/output/handlers/build-log.js';
import { Lines } from '../../../../src/util/lines.js';
import { temporaryDirectory } from '../../../support/workspace.js';

type Output = [source: 1 | 2, data: string];

/** Writes a log as a build does, with a step that prints this, and asks what it shows of it. */
async function shownOf(...output: Output[]) {
  const path = join(await temporaryDirectory('failure'), 'build.log');
  const log = buildLog(path, `${path}.1`);
  const { on } = log.handler(() => 0);
  on({ type: 'step', phase: 'image', text: 'Building image x:1' }, 0);
  await log.open();
  on({ type: 'phase_start', phase: 'make', argv: ['make'] }, 0);
  const from = log.size;
  const diagnostics = new Diagnostics();
  const onLine = (line: string, at: number) => void diagnostics.add(line, at);
  const lines = { 1: new Lines(onLine), 2: new Lines(onLine) };
  for (const [source, text] of output) {
    const data = Buffer.from(text);
    lines[source].push(data, log.size);
    on({ type: 'text', phase: 'make', chunks: [{ data }], lines: 0 }, 0);
  }
  lines[1].end();
  lines[2].end();
  const shown = await failureLines(diagnostics, log, from);
  on({ type: 'result', result: 'failure' }, 0);
  await log.close();
  const sed = (line: number) =>
    execFileSync('sed', ['-n', `${line}p`, path], { maxBuffer: 1 << 24 }).toString();
  return { ...shown, inLog: shown.line && sed(shown.line) };
}

const noise = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => `CC ${from + n}\n`).join('');

test('failureLines() shows the first error with five lines on each side, and its number in the log', async () => {
  const { lines, line, inLog } = await shownOf(
    [1, noise(0, 2000)],
    [2, '\x1b[1mmain.c:3:1: \x1b[31merror:\x1b[m no\n'],
    [1, noise(2000, 3000)],
  );
  expect(lines).toEqual([
    'build.log:2003',
    ...['  CC 1995', '  CC 1996', '  CC 1997', '  CC 1998', '  CC 1999'],
    '> main.c:3:1: error: no',
    ...['  CC 2000', '  CC 2001', '  CC 2002', '  CC 2003', '  CC 2004'],
  ]);
  expect([line, inLog]).toEqual([2003, '\x1b[1mmain.c:3:1: \x1b[31merror:\x1b[m no\n']);
});

test('failureLines() shows the lines of a step and no other, empty ones too', async () => {
  const { lines } = await shownOf([1, 'one\n\na.c: error: no\n']);
  expect(lines).toEqual(['build.log:5', '  one', '', '> a.c: error: no']);
});

test.each<[string, Output[], string[], string]>([
  [
    'that has no newline',
    [[1, 'one\na.c: error: no']],
    ['  one', '> a.c: error: no'],
    'a.c: error: no\n', // a line of ours follows
  ],
  [
    'that is cut in pieces',
    [
      [1, 'one\na.c: er'],
      [1, 'ror: n'],
      [1, 'o\ntwo\n'],
    ],
    ['  one', '> a.c: error: no', '  two'],
    'a.c: error: no\n',
  ],
  [
    'with something of the other stream between its pieces: it begins there',
    [
      [1, 'a.c: er'],
      [2, 'warning\n'],
      [1, 'ror: no\n'],
    ],
    ['> a.c: error: no', '  ror: no'],
    'a.c: erwarning\n',
  ],
  [
    'after progress that was written over',
    [[1, '10%\r20%\rdone\r\n30%\r40%\ra.c: error: no\r\n50%\r60%\n']],
    ['  done', '> a.c: error: no', '  60%'],
    '30%\r40%\ra.c: error: no\r\n',
  ],
  [
    'in a line of a megabyte',
    [[1, `one\na.c: error: ${'x'.repeat(1 << 20)}\ntwo\n`]],
    ['  one', `> a.c: error: ${'x'.repeat(288)}`],
    `a.c: error: ${'x'.repeat(1 << 20)}\n`,
  ],
  [
    'after a line of a megabyte',
    [[1, `${'x'.repeat(1 << 20)}\na.c: error: no\n`]],
    ['> a.c: error: no'],
    'a.c: error: no\n',
  ],
])('failureLines() finds an error %s', async (_, output, expected, inLog) => {
  const shown = await shownOf(...output);
  expect(shown.lines.slice(1)).toEqual(expected);
  expect(shown.inLog).toBe(inLog);
});

test('failureLines() names errors of other places by a line each, of which there are few', async () => {
  const errors = (from: number) => Array.from({ length: 3 }, (_, n) => `${from + n}.c: error: no\n`).join('');
  const { lines } = await shownOf(
    [1, `a.c: error: no\nb.c: error: no\n${noise(0, 20)}${errors(1)}`],
    [1, `make[1]: *** [a.o] Error 1\n${noise(0, 20)}${errors(4)}`],
  );
  expect(lines.slice(0, 3)).toEqual(['build.log:3', '> a.c: error: no', '  b.c: error: no']);
  expect(lines.slice(7)).toEqual([
    'build.log:25: 1.c: error: no',
    'build.log:26: 2.c: error: no',
    'build.log:27: 3.c: error: no',
    'build.log:49: 4.c: error: no',
  ]);
});

test('failureLines() passes over what a program prints that only looks for something', async () => {
  const probes = Array.from({ length: 20 }, (_, n) => `ls: cannot access ${n}: No such file or directory\n`);
  const { lines } = await shownOf([1, `${probes.join('')}${noise(0, 9)}main.c:3:1: error: no\n`]);
  expect(lines[0]).toBe('build.log:32');
});

test('failureLines() takes the last of those before make ended for the error, where there is no other', async () => {
  const { lines } = await shownOf(
    [1, `ls: cannot access x: No such file or directory\n${noise(0, 20)}sh: 1: cmake: not found\n`],
    [1, `make: *** [Makefile:2: all] Error 127\n${noise(0, 9)}cat: y: No such file or directory\n`],
  );
  expect(lines.slice(0, 7)).toEqual([
    'build.log:24',
    ...['  CC 15', '  CC 16', '  CC 17', '  CC 18', '  CC 19'],
    '> sh: 1: cmake: not found',
  ]);
});

test('failureLines() shows the last lines where none looked like an error, and which those are', async () => {
  const { lines, line } = await shownOf([1, noise(0, 30)]);
  expect(lines).toHaveLength(13);
  expect(lines[0]).toBe('the last lines, down to build.log:32');
  expect(lines.at(-1)).toBe('  CC 29');
  expect(line).toBeUndefined();
});

test('failureLines() has what was kept of a step without a log, or with one that is gone', async () => {
  const diagnostics = new Diagnostics();
  diagnostics.add('a.c: error: no');
  expect(await failureLines(diagnostics, undefined, 0)).toEqual({ lines: ['a.c: error: no'] });
  const gone = { path: '/nonexistent/build.log', size: 9, flush: async () => {} };
  expect(await failureLines(diagnostics, gone, 0)).toEqual({ lines: ['a.c: error: no'] });
});
