import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ending, killGroup, running } from './children.mjs';

/**
 * Runs a command to its end: `{ code, stdout, output }`. `show` prints what it prints, `timeout` ends it after so
 * many milliseconds, `silence` when it has not printed anything for so long.
 * @typedef {import('node:child_process').SpawnOptions} SpawnOptions
 * @typedef {SpawnOptions & { show?: boolean | 'tee', timeout?: number, silence?: number }} RunOptions
 * @typedef {{ code: number, stdout: string, output: string }} Result
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} options
 * @returns {Promise<Result>}
 */
export function run(command, args, { show = false, timeout, silence, ...options } = {}) {
  return new Promise((resolve) => {
    const piped = show === true ? 'inherit' : 'pipe';
    const child = spawn(command, args, { stdio: ['ignore', piped, piped], detached: true, ...options });
    const result = { code: 1, stdout: '', output: '' };
    const endAfter = (ms) => (ms ? setTimeout(() => killGroup(child, 'SIGTERM'), ms) : undefined);
    const silent = endAfter(silence);
    const timers = [endAfter(timeout), silent];
    for (const name of ['stdout', 'stderr']) {
      child[name]?.setEncoding('utf8').on('data', (text) => {
        result.output += text;
        if (name === 'stdout') result.stdout += text;
        if (show === 'tee') process[name].write(text);
        silent?.refresh();
      });
    }
    running.add(child);
    const end = (code) => {
      for (const timer of timers) clearTimeout(timer);
      running.delete(child);
      if (!ending) resolve({ ...result, code: code ?? 1 });
      else if (running.size === 0) process.exit();
    };
    child.on('error', (error) => {
      result.output += error.message;
      end(127);
    });
    child.on('close', end);
  });
}

/**
 * What a command printed on stdout; an Error with the end of all it printed when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export async function output(command, args, options) {
  const result = await run(command, args, options);
  if (result.code === 0) return result.stdout.trim();
  throw failure(command, args, result);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Pick<Result, 'output'>} result
 */
export function failure(command, args, { output: all }) {
  return new Error(`\`${[command, ...args].join(' ')}\` failed:\n${ends(all)}`);
}

/** The cause of a failure is in its first lines (npm, tsc) or in its last ones (docker, make). */
function ends(text) {
  const lines = text.trimEnd().split('\n');
  return (lines.length > 25 ? [...lines.slice(0, 8), '...', ...lines.slice(-15)] : lines).join('\n');
}

/**
 * True when the command is there and succeeds.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export async function succeeds(command, args, options) {
  return (await run(command, args, options)).code === 0;
}

/** True in the file that `node` was started with: a module that can also be run by itself. */
export function isMain(url) {
  return process.argv[1] !== undefined && url === pathToFileURL(realpathSync(process.argv[1])).href;
}

/**
 * Runs a script's work; an error is its message alone, and an exit code of 1.
 * @param {() => Promise<unknown>} work
 */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
