import { expect, test } from 'vitest';
import type { BuildEvent } from '../../../src/runner/output/events.js';
import { type HandlerOf, reporterOf } from '../../../src/runner/output/reporter.js';

const NOTE: BuildEvent = { type: 'note', text: 'x' };

test('reporterOf() gives each event to all handlers, with the time since the start', () => {
  let now = 1000;
  const seen: unknown[] = [];
  const handler =
    (name: string): HandlerOf =>
    (at) => ({ on: (event, ms) => void seen.push([name, event, ms, at()]), end: () => void seen.push(name) });
  const report = reporterOf(() => now, handler('a')).start();
  now = 1500;
  report.add(handler('b'));
  expect(report.emit(NOTE)).toBeUndefined();
  report.end();
  expect(seen).toEqual([['a', NOTE, 500, 500], ['b', NOTE, 500, 500], 'a', 'b']);
});

test('reporterOf() waits for every handler that is slow', async () => {
  const done: string[] = [];
  const slow = (name: string): HandlerOf => {
    return () => ({ on: () => new Promise((resolve) => setTimeout(() => resolve(void done.push(name)), 5)) });
  };
  const report = reporterOf(
    () => 0,
    slow('a'),
    () => ({ on() {} }),
    slow('b'),
  ).start();
  await report.emit(NOTE);
  expect(done.sort()).toEqual(['a', 'b']);
});
