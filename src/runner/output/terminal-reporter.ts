import type { Writable } from 'node:stream';
import { durationText } from '../../options/units.js';
import { DEADLINES } from '../../util/deadlines.js';
import { drained } from '../../util/drained.js';
import { printable } from '../../util/lines.js';
import type { Report, Reporter } from './reporter.js';

interface TerminalDeps {
  stdout: Writable;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/** Shows the headlines, each after the time since the start: "[ 1:02] >>> busybox 1.36.1 Building". */
export function headlineReporter(deps: TerminalDeps): Reporter {
  return { start: () => startReport(deps, false) };
}

/** Shows all output, and our own headlines in between. */
export function verboseReporter(deps: TerminalDeps): Reporter {
  return { start: () => startReport(deps, true) };
}

function startReport({ stdout, clock }: TerminalDeps, verbose: boolean): Report {
  const start = clock();
  let latest = 'started';
  let lineOpen = false;
  const print = (text: string) => {
    stdout.write((lineOpen ? '\n' : '') + printable(text));
    lineOpen = false;
  };
  const keepAlive = startKeepAlive(() => print(`${elapsed(clock() - start)} ... still at: ${latest}\n`));
  const timed = (text: string) => print(`${elapsed(clock() - start)} ${text}\n`);
  return {
    phase(text) {
      latest = text;
      timed(`>>> ${text}`);
      keepAlive.reset();
    },
    headline(text) {
      latest = text.replace(/^>>> /, '');
      if (verbose) return; // it stands in the output
      timed(text);
      keepAlive.reset();
    },
    note(text) {
      print(`${text}\n`);
      keepAlive.reset();
    },
    output(chunks) {
      if (!verbose || chunks.length === 0) return;
      lineOpen = chunks.at(-1)?.data.at(-1) !== 0x0a;
      keepAlive.reset();
      return writeAll(stdout, chunks);
    },
    end: keepAlive.end,
  };
}

/** A promise only where the terminal is slower: else a million tiny chunks would each take a turn of the event loop. */
function writeAll(stdout: Writable, chunks: readonly { data: Buffer }[]): Promise<void> | void {
  for (const [index, { data }] of chunks.entries()) {
    if (stdout.write(data)) continue;
    return drained(stdout).then(() => writeAll(stdout, chunks.slice(index + 1)));
  }
}

/** Says after some silence that the run goes on, and less and less often while the silence lasts. */
function startKeepAlive(say: () => void) {
  let silence: number = DEADLINES.silence;
  let timer: NodeJS.Timeout;
  let ended = false;
  const wait = () => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(speak, silence).unref();
  };
  const speak = () => {
    say();
    silence = Math.min(silence * 2, DEADLINES.longestSilence);
    wait();
  };
  wait();
  return {
    reset() {
      silence = DEADLINES.silence;
      wait();
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

/** "[ 0:07]", "[59:59]", "[1:00:00]" */
export function elapsed(ms: number): string {
  return `[${durationText(ms).padStart(5)}]`;
}
