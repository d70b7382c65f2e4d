import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { delayedAbort, withTimeout } from '../../src/util/abort-signal.js';
import { compile, runScript } from '../support/compiled.js';

const interrupt = new Error('an interrupt');

test('withTimeout(): the grace begins with the interrupt', async () => {
  const controller = new AbortController();
  const late = delayedAbort(controller.signal, 50).signal;
  await sleep(100);
  expect(late.aborted).toBe(false);
  controller.abort(interrupt);
  expect(late.aborted).toBe(false);
  await sleep(100);
  expect(late.reason).toBe(interrupt);
});

test('withTimeout(): an interrupt from before gives the same grace', async () => {
  const late = delayedAbort(AbortSignal.abort(interrupt), 50).signal;
  expect(late.aborted).toBe(false);
  await sleep(100);
  expect(late.reason).toBe(interrupt);
});

test('withTimeout(): a time limit ends by itself, and with the interrupt', async () => {
  const controller = new AbortController();
  const [short, long] = [50, 60_000].map((ms) => withTimeout(ms, controller.signal).signal) as [
    AbortSignal,
    AbortSignal,
  ];
  await sleep(100);
  expect(short.reason).toMatchObject({ name: 'TimeoutError' });
  expect(long.aborted).toBe(false);
  controller.abort(interrupt);
  expect(long.reason).toBe(interrupt);
  expect(withTimeout(50, controller.signal).signal.reason).toBe(interrupt);
});

test('withTimeout(): one that is over leaves no listener', () => {
  const { signal } = new AbortController();
  for (let n = 0; n < 20; n++) withTimeout(60_000, signal).end();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

let compiled: string;
beforeAll(async () => {
  compiled = await compile({ grace: 'util/abort-signal' });
});

/** What a request without an answer does whose time limit nobody else holds, while the garbage is collected. */
const REQUEST = `
import { request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { withTimeout } from './grace.js';
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
const { signal } = new AbortController();
setInterval(gc, 20);
request({ port: process.argv[2], signal: withTimeout(500, signal).signal }).on('error', ({ code }) => {
  console.log(code);
  process.exit();
}).end();
setTimeout(() => process.exit(1), 5_000);
`;

test('withTimeout(): the garbage collector does not take the limit away', async () => {
  const server = createServer(() => {});
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { stdout } = await runScript(compiled, REQUEST, [String(port)]);
  expect(stdout).toBe('ABORT_ERR');
});
