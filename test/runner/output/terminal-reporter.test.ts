import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Report } from '../../../src/runner/output/reporter.js';
import { elapsed, headlineReporter, verboseReporter } from '../../../src/runner/output/terminal-reporter.js';

test.each([
  [0, '[ 0:00]'],
  [999, '[ 0:00]'],
  [7_400, '[ 0:07]'],
  [62_000, '[ 1:02]'],
  [3_599_999, '[59:59]'],
  [3_600_000, '[1:00:00]'],
  [36_061_000, '[10:01:01]'],
])('elapsed() of %d ms is %s', (ms, text) => {
  expect(elapsed(ms)).toBe(text);
});

let now = 0;
let shown = '';
const reports: Report[] = [];

function start(verbose = false): Report {
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      shown += chunk;
      done();
    },
  });
  const report = (verbose ? verboseReporter : headlineReporter)({ stdout, clock: () => now }).start();
  reports.push(report);
  return report;
}

/** Time passes for the timers and for the clock. */
function pass(ms: number) {
  for (let passed = 0; passed < ms; passed += 500) {
    now += 500;
    vi.advanceTimersByTime(500);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  now = 5_000;
  shown = '';
});
afterEach(() => {
  for (const report of reports.splice(0)) report.end();
  vi.useRealTimers();
});

test('headlineReporter() shows each headline with the time since the start', () => {
  const report = start();
  report.headline('>>> a 1.0 Building');
  pass(62_000);
  shown = '';
  report.headline('>>> b 1.0 Building');
  report.note('Waiting for beta:archive');
  expect(shown).toBe('[ 1:02] >>> b 1.0 Building\nWaiting for beta:archive\n');
});

test('Report: what comes from an engine or an image has no control sequences on the terminal', () => {
  const report = start();
  report.phase('Building image \x1b]0;owned\x07x:1');
  report.headline('>>> \x1b[2Ja');
  report.note('Waiting for \x9b31mbeta\r');
  expect(shown).toBe('[ 0:00] >>> Building image x:1\n[ 0:00] >>> a\nWaiting for 31mbeta\n');
});

describe('Report: the keep-alive', () => {
  test('comes after 10 s of silence, then ever later, at most a minute apart', () => {
    start().headline('>>> busybox 1.36.1 Building');
    shown = '';
    pass(9_500);
    expect(shown).toBe('');
    pass(250_000);
    const at = [10, 30, 70, 130, 190, 250].map(
      (s) => `[ ${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}]`,
    );
    expect(shown).toBe(at.map((time) => `${time} ... still at: busybox 1.36.1 Building\n`).join(''));
  });

  test.each([false, true])('starts anew after every sign of life, verbose: %s', (verbose) => {
    const report = start(verbose);
    for (const speak of [
      () => report.phase('x'),
      () => report.note('x'),
      verbose ? () => report.output([{ data: Buffer.from('x\n') }]) : () => report.headline('>>> x'),
    ]) {
      pass(9_500);
      speak();
    }
    pass(9_500);
    expect(shown).not.toContain('still at');
    pass(500);
    expect(shown).toContain('... still at: x\n');
  });

  test('says that nothing has been printed yet', () => {
    start();
    pass(10_000);
    expect(shown).toBe('[ 0:10] ... still at: started\n');
  });

  test('ends with the report, and does not keep the process alive', () => {
    const report = start();
    report.end();
    report.end();
    pass(60_000);
    expect(shown).toBe('');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not come back when something is said after the end', () => {
    const report = start();
    report.end();
    report.note('Artifact x');
    pass(60_000);
    expect(shown).toBe('Artifact x\n');
  });
});

describe('verboseReporter()', () => {
  test('passes the log on byte by byte', () => {
    const report = start(true);
    report.output([{ data: Buffer.from('a\r50%\r') }]);
    report.output([{ data: Buffer.from('b\n') }]);
    expect(shown).toBe('a\r50%\rb\n');
  });

  test('begins a new line for lines of our own in the middle of one', () => {
    const report = start(true);
    report.output([{ data: Buffer.from('checking for gcc... ') }]);
    pass(10_000);
    report.output([{ data: Buffer.from('yes\n') }]);
    report.phase('next');
    expect(shown).toBe('checking for gcc... \n[ 0:10] ... still at: started\nyes\n[ 0:10] >>> next\n');
  });
});

describe('verboseReporter() on a terminal that is slower than the build', () => {
  function slow() {
    const held: (() => void)[] = [];
    const stdout = new Writable({
      highWaterMark: 10,
      write: (_chunk, _encoding, done) => void held.push(done),
    });
    stdout.on('error', () => {});
    const report = verboseReporter({ stdout, clock: () => now }).start();
    reports.push(report);
    return { stdout, report, goOn: () => held.shift()?.() };
  }

  test('holds the log back until it takes more', async () => {
    const { report, goOn } = slow();
    expect(report.output([{ data: Buffer.from('12345') }])).toBeUndefined();
    let isOver = false;
    const held = Promise.resolve(report.output([{ data: Buffer.from('1234567890') }])).then(() => {
      isOver = true;
    });
    await Promise.resolve();
    expect(isOver).toBe(false);
    goOn();
    goOn();
    await held;
  });

  test.each([
    ['closed', undefined],
    ['broken', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })],
  ])('holds nothing back once it is %s', async (_, error) => {
    const { stdout, report } = slow();
    const held = report.output([{ data: Buffer.from('1234567890') }]);
    stdout.destroy(error);
    await held;
    await report.output([{ data: Buffer.from('more') }]);
  });
});
