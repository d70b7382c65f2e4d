import { slowLine } from './slow-line.mjs';
import { ssh } from './ssh.mjs';
import { tls } from './tls.mjs';

/**
 * How the tests reach an engine, if not by its socket.
 * @typedef {object} Way
 * @property {(directory: string) => Promise<void>} prepare what the engine needs when it starts
 * @property {<T>(to: { engine: import('node:child_process').ChildProcess, directory: string, line?: Line },
 *   work: (env: Record<string, string>) => Promise<T>) => Promise<T>} within runs `work` with what leads to it
 * @typedef {{ to: () => import('node:stream').Duplex, from: () => import('node:stream').Duplex }} Line
 */

/** @type {Record<'tls' | 'ssh', Way>} */
export const WAYS = { tls, ssh };

/** 50 ms each way, and 10 Mbit/s. */
export function slow() {
  const line = { delay: 50, bitsPerSecond: 10_000_000 };
  return { to: slowLine(line), from: slowLine(line) };
}
