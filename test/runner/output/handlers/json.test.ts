import { expect, test } from 'vitest';
import type { BuildEvent } from '../../../../src/runner/output/events.js';
import { jsonReporter } from '../../../../src/runner/output/reporters.js';
import { Captured } from '../../../support/runner.js';

const EURO = Buffer.from('€\n');
const text = (data: Buffer): BuildEvent => ({
  ...{ type: 'text', phase: 'make', chunks: [{ data }], lines: 1, last: 'x' },
});

function printed(verbose: boolean, ...events: BuildEvent[]): unknown[] {
  const stdout = new Captured();
  let now = 0;
  const report = jsonReporter({ stdout, clock: () => now, verbose }).start();
  for (const event of events) {
    now += 500.4;
    report.emit(event);
  }
  const lines = stdout.text.split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line));
}

test('jsonReporter() prints one event a line, with version and time', () => {
  const start: BuildEvent = { type: 'phase_start', phase: 'make', text: 'make', argv: ['make'] };
  expect(printed(false, start, text(EURO), { type: 'note', text: 'a\nb' })).toEqual([
    { version: 1, at_ms: 500, ...start },
    { version: 1, at_ms: 1501, type: 'note', text: 'a\nb' },
  ]);
});

test('jsonReporter() has the version of the format in each line, and that of a package under another name', () => {
  const package_: BuildEvent = { type: 'package', name: 'zlib', version: '1.3', step: 'build' };
  expect(printed(false, package_)).toEqual([
    { version: 1, at_ms: 500, type: 'package', name: 'zlib', package_version: '1.3', step: 'build' },
  ]);
});

test('jsonReporter() with verbose prints the output, also of characters that come in pieces', () => {
  const seen = printed(true, text(EURO.subarray(0, 1)), text(EURO.subarray(1)));
  expect(seen).toEqual([
    { version: 1, at_ms: 500, type: 'text', phase: 'make', text: '' },
    { version: 1, at_ms: 1001, type: 'text', phase: 'make', text: '€\n' },
  ]);
});
