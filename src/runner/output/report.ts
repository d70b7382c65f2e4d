import type { Writable } from 'node:stream';
import { drained } from '../../util/drained.js';

/** After this much silence a line says that the build still runs; each further one takes twice as long, up to 1 min. */
const SILENCE_MS = 10_000;
const LONGEST_SILENCE_MS = 60_000;

export interface ReportDeps {
  stdout: Writable;
  /** Milliseconds, monotonic. */
  clock: () => number;
  verbose: boolean;
}

/** What the user sees of a build. */
export interface Report {
  verbose: boolean;
  /** A headline of the build or of a step, after the time since the start: "[ 1:02] >>> busybox 1.36.1 Building". */
  headline(text: string): void;
  /** A line of its own, without a time. */
  note(text: string): void;
  /** Raw output, for --verbose. Holds the caller back while the terminal, or what stands for it, is slower. */
  raw(data: Buffer): Promise<void> | void;
  /** Ends the keep-alive. */
  end(): void;
}

/** Starts a report; its times count from now. */
export function startReport({ stdout, clock, verbose }: ReportDeps): Report {
  const start = clock();
  let latest = 'started';
  let silence = SILENCE_MS;
  let timer: NodeJS.Timeout;
  let lineOpen = false;
  let ended = false;
  const wait = () => {
    clearTimeout(timer);
    if (ended) return;
    timer = setTimeout(keepAlive, silence);
    timer.unref();
  };
  const keepAlive = () => {
    print(`${elapsed(clock() - start)} ... still at: ${latest}\n`);
    silence = Math.min(silence * 2, LONGEST_SILENCE_MS);
    wait();
  };
  const print = (text: string) => {
    stdout.write(lineOpen ? `\n${text}` : text);
    lineOpen = false;
  };
  const resetKeepAlive = () => {
    silence = SILENCE_MS;
    wait();
  };
  wait();
  return {
    verbose,
    headline(text) {
      latest = text.replace(/^>>> /, '');
      print(`${elapsed(clock() - start)} ${text}\n`);
      resetKeepAlive();
    },
    note(text) {
      print(`${text}\n`);
      resetKeepAlive();
    },
    raw(data) {
      const goesOn = stdout.write(data);
      lineOpen = data.at(-1) !== 0x0a;
      resetKeepAlive();
      if (!goesOn) return drained(stdout);
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

/** "[ 0:07]", "[59:59]", "[1:00:00]" */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `[${h}:${two(m)}:${two(s)}]` : `[${String(m).padStart(2)}:${two(s)}]`;
}
