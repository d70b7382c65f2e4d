import type { Writable } from 'node:stream';
import { durationText } from '../../../options/units.js';
import { DEADLINES } from '../../../util/deadlines.js';
import { drained } from '../../../util/drained.js';
import { printable } from '../../../util/lines.js';
import type { BuildEvent, ResultEvent, TextEvent } from '../events.js';
import type { Handler, HandlerOf } from '../reporter.js';
import { startKeepAlive } from './keep-alive.js';
import { LiveLine, type TerminalOutput } from './live-line.js';
import { State } from './state.js';
import { elapsed, startLine } from './texts.js';

export interface TerminalOptions {
  stdout: TerminalOutput;
  /** Show all output, and our own headlines in between; else only headlines. */
  verbose: boolean;
  /** Somebody watches: the last line says how far the build is, and is written anew. */
  live?: boolean;
}

/** Shows the headlines, each after the time since the start: "[ 1:02] >>> busybox 1.36.1 Building". */
export function terminal({ stdout, verbose, live = false }: TerminalOptions): HandlerOf {
  return (now) => {
    let lineOpen = false;
    let log: string | undefined;
    let saidAt = 0;
    const state = new State();
    const line = live
      ? new LiveLine(stdout, now, () => `${elapsed(now())} ${state.short(now())}`)
      : undefined;
    const print = (text: string) => {
      line?.clear();
      stdout.write((lineOpen ? '\n' : '') + printable(text));
      lineOpen = false;
    };
    const keepAlive = startKeepAlive(() => {
      if (!line) print(`${elapsed(now())} ... still at ${state.text(now())}\n`);
    });
    const output = ({ chunks }: TextEvent) => {
      if (!verbose || chunks.length === 0) return;
      lineOpen = chunks.at(-1)?.data.at(-1) !== 0x0a;
      keepAlive.reset();
      return writeAll(stdout, chunks);
    };
    const progress = (at: number) => {
      if (line) return line.changed();
      if (at - saidAt < DEADLINES.progressLine) return;
      saidAt = at;
      print(`${elapsed(at)} ${state.short(at)}\n`);
    };
    const on: Handler['on'] = (event, at) => {
      state.on(event, at);
      if (event.type === 'text') return output(event);
      if (event.type === 'progress') return progress(at);
      if (event.type === 'start') log = event.log;
      const text = event.type === 'headline' && verbose ? undefined : lineOf(event, at, { state, log });
      if (text === undefined) return;
      print(`${text}\n`);
      keepAlive.reset();
    };
    return {
      on,
      end() {
        keepAlive.end();
        line?.end();
      },
    };
  };
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
  { result, last_ms }: ResultEvent,
  at: number,
  { state: { phases }, log }: { state: State; log: string },
): string {
  const after = durationText(at);
  if (result !== 'success') {
    const where = phases.current ? ` in ${phases.current.name}` : '';
    return `${result === 'failure' ? 'Failed' : 'Interrupted'}${where} after ${after}; log: ${log}`;
  }
  const long = phases.all.filter(({ start, end = at }) => end - start >= 1000);
  const parts = long.map(({ name, start, end = at }) => `${name} ${durationText(end - start)}`);
  const of = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  const last = last_ms === undefined ? '' : `, the last one took ${durationText(last_ms)}`;
  return `Built in ${after}${of}${last}; its log: ${log}`;
}

/** A promise only where the terminal is slower: else a million tiny chunks would each take a turn of the event loop. */
function writeAll(stdout: Writable, chunks: TextEvent['chunks']): Promise<void> | void {
  for (const [index, { data }] of chunks.entries()) {
    if (stdout.write(data)) continue;
    return drained(stdout).then(() => writeAll(stdout, chunks.slice(index + 1)));
  }
}
