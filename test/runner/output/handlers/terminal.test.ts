import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BuildEvent, TextEvent } from '../../../../src/runner/output/events.js';
import { elapsed } from '../../../../src/runner/output/handlers/texts.js';
import type { Report } from '../../../../src/runner/output/reporter.js';
import { headlineReporter, verboseReporter } from '../../../../src/runner/output/reporters.js';

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

/** Output of make. */
function output(text: string): TextEvent {
  const lines = text.split('\n').slice(0, -1);
  return {
    type: 'text',
    phase: 'make',
    chunks: [{ data: Buffer.from(text) }],
    lines: lines.length,
    last: lines.at(-1),
  };
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
  report.emit({ type: 'headline', text: '>>> a 1.0 Building' });
  pass(62_000);
  shown = '';
  report.emit({ type: 'headline', text: '>>> b 1.0 Building' });
  report.emit({ type: 'note', text: 'Waiting for beta:archive' });
  expect(shown).toBe('[ 1:02] >>> b 1.0 Building\nWaiting for beta:archive\n');
});

test('Report: what comes from an engine or an image has no control sequences on the terminal', () => {
  const report = start();
  report.emit({ type: 'step', phase: 'make', text: 'Building image \x1b]0;owned\x07x:1' });
  report.emit({ type: 'headline', text: '>>> \x1b[2Ja' });
  report.emit({ type: 'note', text: 'Waiting for \x9b31mbeta\r' });
  expect(shown).toBe('[ 0:00] >>> Building image x:1\n[ 0:00] >>> a\nWaiting for 31mbeta\n');
});

const START: BuildEvent = {
  ...{
    type: 'start',
    project: 'a',
    package: 'alpha',
    version: '0.1.0',
    host: 'ci-7',
    log: 'systems/a/build.log',
  },
  started: '2026-11-29T03:12:05.000Z',
};

test('terminal() shows the phases, names the log first and last, and says how long each phase took that took a second', () => {
  const report = start();
  report.emit(START);
  report.emit({ type: 'phase_start', phase: 'image' });
  pass(2000);
  report.emit({ type: 'phase_end', phase: 'image', text: 'Image x:1, sha256:1234' });
  report.emit({ type: 'phase_start', phase: 'sources' });
  report.emit({ type: 'phase_end', phase: 'sources', text: 'Sources: 1 file, 1 kB; 1 copied' });
  report.emit({ type: 'phase_start', phase: 'make', text: 'make', argv: ['make'] });
  pass(61_000);
  shown = shown.replace(/.*still at.*\n/g, '');
  report.emit({ type: 'phase_end', phase: 'make' });
  report.emit({ type: 'warning', text: 'x' });
  report.emit({ type: 'result', result: 'success', last_ms: 90_000 });
  expect(
    shown,
  ).toBe(`[ 0:00] >>> alpha 0.1.0 on ci-7, 2026-11-29T03:12:05.000Z; its log there: systems/a/build.log
[ 0:02] >>> Image x:1, sha256:1234
[ 0:02] >>> Sources: 1 file, 1 kB; 1 copied
[ 0:02] >>> make
warning: x
[ 1:03] >>> Built in 1:03 (image 0:02, make 1:01), the last one took 1:30; its log: systems/a/build.log
`);
});

test.each([
  ['failure', 'Failed'],
  ['interrupted', 'Interrupted'],
] as const)('terminal() says where a build ended that has no success: %s', (result, word) => {
  const report = start();
  report.emit(START);
  report.emit({ type: 'phase_start', phase: 'make', text: 'make', argv: ['make'] });
  pass(3000);
  shown = '';
  report.emit({ type: 'result', result });
  expect(shown).toBe(`[ 0:03] >>> ${word} in make after 0:03; log: systems/a/build.log\n`);
});

test('terminal() shows no result of what has no log, as a shell', () => {
  start().emit({ type: 'result', result: 'failure' });
  expect(shown).toBe('');
});

describe('Report: the keep-alive', () => {
  test('comes after 10 s of silence, then ever later, at most a minute apart', () => {
    start().emit({ type: 'headline', text: '>>> busybox 1.36.1 Building' });
    shown = '';
    pass(9_500);
    expect(shown).toBe('');
    pass(250_000);
    const at = [10, 30, 70, 130, 190, 250].map(
      (s) => `[ ${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}]`,
    );
    expect(shown).toBe(at.map((time) => `${time} ... still at the start\n`).join(''));
  });

  test.each([false, true])('starts anew after every sign of life, verbose: %s', (verbose) => {
    const report = start(verbose);
    for (const speak of [
      () => report.emit({ type: 'step', phase: 'make', text: 'x' }),
      () => report.emit({ type: 'note', text: 'x' }),
      verbose ? () => report.emit(output('x\n')) : () => report.emit({ type: 'headline', text: '>>> x' }),
    ]) {
      pass(9_500);
      speak();
    }
    pass(9_500);
    expect(shown).not.toContain('still at');
    pass(500);
    expect(shown).toContain('... still at the start\n');
  });

  test('names the phase, the last line of the log, and how many there are', () => {
    const report = start();
    report.emit({ type: 'headline', text: '>>> busybox 1.36.1 Building' });
    report.emit({ type: 'phase_start', phase: 'make', text: 'make', argv: ['make'] });
    report.emit(output('a\nb\n'));
    report.emit(output('\x1b[1m  CC  x.o\x1b[0m\n'));
    report.emit(output('half a line'));
    shown = '';
    pass(10_000);
    expect(shown).toBe('[ 0:10] ... still at make, 3 lines so far, the last: CC  x.o\n');
    report.emit({ type: 'phase_start', phase: 'make system', text: 'make system', argv: ['make'] });
    shown = '';
    pass(10_000);
    expect(shown).toBe('[ 0:20] ... still at make system, 3 lines so far\n');
  });

  test('says that nothing has been printed yet', () => {
    start();
    pass(10_000);
    expect(shown).toBe('[ 0:10] ... still at the start\n');
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
    report.emit({ type: 'note', text: 'Artifact x' });
    pass(60_000);
    expect(shown).toBe('Artifact x\n');
  });
});

describe('verboseReporter()', () => {
  test('passes the log on byte by byte', () => {
    const report = start(true);
    report.emit(output('a\r50%\r'));
    report.emit(output('b\n'));
    expect(shown).toBe('a\r50%\rb\n');
  });

  test('begins a new line for lines of our own in the middle of one', () => {
    const report = start(true);
    report.emit(output('checking for gcc... '));
    pass(10_000);
    report.emit(output('yes\n'));
    report.emit({ type: 'step', phase: 'make', text: 'next' });
    expect(shown).toBe('checking for gcc... \n[ 0:10] ... still at the start\nyes\n[ 0:10] >>> next\n');
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
    expect(report.emit(output('12345'))).toBeUndefined();
    let isOver = false;
    const held = Promise.resolve(report.emit(output('1234567890'))).then(() => {
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
    const held = report.emit(output('1234567890'));
    stdout.destroy(error);
    await held;
    await report.emit(output('more'));
  });
});
