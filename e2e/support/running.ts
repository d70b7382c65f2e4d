import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { spawn as spawnOnTerminal } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { isAlive } from './processes.js';

export interface Command {
  file: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** A command that a test has started. */
export interface Running {
  pid: number;
  /** Every byte that it has printed so far. */
  raw(): string;
  /** The same without colours, carriage returns and movements of the cursor. */
  text(): string;
  /** Waits until what it has printed matches. */
  prints(pattern: RegExp, ms?: number): Promise<void>;
  /** Its exit code; 128 + n when signal n has ended it. */
  exitCode(ms?: number): Promise<number>;
}

export interface OnTerminal extends Running {
  type(keys: string): void;
  resize(columns: number, rows: number): void;
}

/** Starts a command on pipes, as CI does; `input` is all that it can read. */
export function startPiped({ file, args, cwd, env }: Command, input = ''): Running {
  const child = spawn(file, args, { cwd, env });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(data));
  child.stdin.on('error', () => {}); // it need not read it all
  child.stdin.end(input);
  const exit = once(child, 'close').then(([code, signal]) => exitCode(code ?? 0, signal));
  return running(child.pid ?? 0, () => Buffer.concat(output).toString(), exit);
}

/** Starts a command on a terminal of its own, as a person does. */
export function startOnTerminal({ file, args, cwd, env }: Command, columns = 100, rows = 30): OnTerminal {
  const child = spawnOnTerminal(file, [...args], { name: 'xterm-256color', cols: columns, rows, cwd, env });
  let output = '';
  child.onData((data) => {
    output += data;
  });
  const exit = new Promise<number>((resolve) => {
    child.onExit(({ exitCode: code, signal }) => resolve(signal ? 128 + signal : code));
  });
  return {
    ...running(child.pid, () => output, exit),
    type: (keys) => child.write(keys),
    resize: (width, height) => child.resize(width, height),
  };
}

function exitCode(code: number, signal: NodeJS.Signals | null): number {
  return signal ? 128 + constants.signals[signal] : code;
}

function running(pid: number, raw: () => string, exit: Promise<number>): Running {
  onTestFinished(async () => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
  const text = () => stripVTControlCharacters(raw()).replaceAll('\r', '');
  let over = false;
  exit.then(() => {
    over = true;
  });
  return {
    pid,
    raw,
    text,
    async prints(pattern, ms = 30_000) {
      const end = Date.now() + ms;
      for (;;) {
        const last = over;
        if (pattern.test(text())) return;
        if (last || Date.now() > end) {
          throw new Error(
            `${last ? 'It ended' : `In ${ms} ms it ran`} without printing ${pattern}:\n${text()}`,
          );
        }
        await sleep(20);
      }
    },
    async exitCode(ms = 60_000) {
      const late = sleep(ms, undefined, { ref: false }).then(() => {
        throw new Error(`It still ran after ${ms} ms:\n${text()}`);
      });
      return await Promise.race([exit, late]);
    },
  };
}
