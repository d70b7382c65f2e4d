import type { Writable } from 'node:stream';
import { durationText } from '../../../options/units.js';
import { drained } from '../../../util/drained.js';
import { printable, readable } from '../../../util/lines.js';
import type { BuildEvent, ResultEvent, TextEvent } from '../events.js';
import type { Handler, HandlerOf } from '../reporter.js';
import { startKeepAlive } from './keep-alive.js';
import { Phases } from './phases.js';
import { elapsed, startLine } from './texts.js';

export interface TerminalOptions {
  stdout: Writable;
  /** Show all output, and our own headlines in between; else only headlines. */
  verbose: boolean;
}

/** How much of a line of the log is shown. */
const SHOWN = 100;

/** Shows the headlines, each after the time since the start: "[ 1:02] >>> busybox 1.36.1 Building". */
export function terminal({ stdout, verbose }: TerminalOptions): HandlerOf {
  return (now) => {
    let lineOpen = false;
    let log: string | undefined;
    const state = new State();
    const print = (text: string) => {
      stdout.write((lineOpen ? '\n' : '') + printable(text));
      lineOpen = false;
    };
    const keepAlive = startKeepAlive(() => print(`${elapsed(now())} ... still at ${state.text()}\n`));
    const output = ({ chunks }: TextEvent) => {
      if (!verbose || chunks.length === 0) return;
      lineOpen = chunks.at(-1)?.data.at(-1) !== 0x0a;
      keepAlive.reset();
      return writeAll(stdout, chunks);
    };
    const on: Handler['on'] = (event, at) => {
      state.on(event, at);
      if (event.type === 'text') return output(event);
      if (event.type === 'start') log = event.log;
      const text = event.type === 'headline' && verbose ? undefined : lineOf(event, at, { state, log });
      if (text === undefined) return;
      print(`${text}\n`);
      keepAlive.reset();
    };
    return { on, end: keepAlive.end };
  };
}

/** Where a build is. */
class State {
  readonly phases = new Phases();
  private lines = 0;
  private last: string | undefined;

  on(event: BuildEvent, at: number): void {
    this.phases.on(event, at);
    if (event.type === 'phase_start') this.last = undefined;
    if (event.type !== 'text') return;
    this.lines += event.lines;
    this.last = event.last ?? this.last;
  }

  /** "make, 12345 lines so far, the last: CC src/x.o" */
  text(): string {
    const { current } = this.phases;
    const lines = `${this.lines} line${this.lines === 1 ? '' : 's'} so far`;
    const last = this.last === undefined ? '' : `, the last: ${readable(this.last).trim().slice(0, SHOWN)}`;
    return current === undefined ? 'the start' : `${current.name}, ${lines}${last}`;
  }
}

/** A line of ours; each is still true where Nx replays it, on another machine. */
function lineOf(
  event: Exclude<BuildEvent, TextEvent>,
  at: number,
  { state, log }: { state: State; log?: string },
): string | undefined {
  if (event.type === 'note') return event.text;
  if (event.type === 'warning') return `warning: ${event.text}`;
  if (event.type === 'headline') return `${elapsed(at)} ${event.text}`;
  const own = textOf(event, at, { state, log });
  return own === undefined ? undefined : `${elapsed(at)} >>> ${own}`;
}

function textOf(
  event: Exclude<BuildEvent, TextEvent>,
  at: number,
  { state, log }: { state: State; log?: string },
): string | undefined {
  if (event.type === 'start') return `${startLine(event)}; its log there: ${event.log}`;
  if (event.type === 'result') return log && resultText(event, at, { state, log });
  return 'text' in event ? event.text : undefined;
}

function resultText(
  { result }: ResultEvent,
  at: number,
  { state: { phases }, log }: { state: State; log: string },
): string {
  const after = durationText(at);
  if (result !== 'success') {
    const where = phases.current?.name ?? 'the start';
    return `${result === 'failure' ? 'Failed' : 'Interrupted'} in ${where} after ${after}; log: ${log}`;
  }
  const parts = phases.all.map(({ name, start, end = at }) => `${name} ${durationText(end - start)}`);
  return `Built in ${after} (${parts.join(', ')}); its log: ${log}`;
}

/** A promise only where the terminal is slower: else a million tiny chunks would each take a turn of the event loop. */
function writeAll(stdout: Writable, chunks: TextEvent['chunks']): Promise<void> | void {
  for (const [index, { data }] of chunks.entries()) {
    if (stdout.write(data)) continue;
    return drained(stdout).then(() => writeAll(stdout, chunks.slice(index + 1)));
  }
}
