import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { listenForInterrupt } from '../../../src/executors/shared/interrupt.js';
import { compile, writeScript } from '../../support/compiled.js';

let dist = '';
beforeAll(async () => {
  dist = await compile({ interrupt: 'executors/shared/interrupt' });
}, 60_000);

/** A process that tells when it listens, why it was interrupted, and how many listeners are left in the end. */
const LISTEN = `
  import { listenForInterrupt } from './interrupt.js';
  const { signal, release } = listenForInterrupt(process);
  const alive = setInterval(() => {}, 1000);
  let aborts = 0;
  signal.addEventListener('abort', () => {
    aborts++;
    console.log(signal.reason.code + ' ' + signal.reason.message.match(/interrupted by .*/)[0]);
  });
  process.on('SIGUSR2', () => {
    clearInterval(alive);
    release();
    const left = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'].map((name) => process.listenerCount(name));
    console.log('aborts ' + aborts + ', reason ' + signal.reason.message.match(/by (.*)/)[1] + ', left ' + left);
  });
  console.log('listening');
`;

async function start(script = LISTEN) {
  const child: ChildProcess = fork(await writeScript(dist, script), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value as string;
  expect(await next()).toBe('listening');
  return { child, next };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'listenForInterrupt() aborts on %s, and later ones change nothing',
  async (name) => {
    const { child, next } = await start();
    child.kill(name);
    expect(await next()).toBe(`INTERRUPTED interrupted by ${name}`);
    for (const again of [name, 'SIGINT', 'SIGTERM', 'SIGHUP'] as const) child.kill(again);
    child.kill('SIGUSR2');
    expect(await next()).toBe(`aborts 1, reason ${name}, left 0,0,0,0`);
  },
);

test('listenForInterrupt() aborts when the IPC channel ends: all that a killed Nx leaves behind', async () => {
  const { child, next } = await start();
  child.disconnect();
  expect(await next()).toBe('INTERRUPTED interrupted by the exit of Nx');
  child.kill('SIGUSR2');
  expect(await next()).toBe('aborts 1, reason the exit of Nx, left 0,0,0,0');
});

test('listenForInterrupt() aborts when the IPC channel ended before it listened', async () => {
  const late = `
    import { listenForInterrupt } from './interrupt.js';
    console.log('listening');
    process.once('disconnect', () => {
      const { signal } = listenForInterrupt(process);
      console.log(signal.aborted ? signal.reason.code : 'not aborted');
    });
  `;
  const { child, next } = await start(late);
  child.disconnect();
  expect(await next()).toBe('INTERRUPTED');
});

test('listenForInterrupt() restores normal process exit and signals when released', async () => {
  const released = `
    import { listenForInterrupt } from './interrupt.js';
    listenForInterrupt(process).release();
    console.log('listening');
  `;
  const { child } = await start(released);
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

describe('listenForInterrupt() without an IPC channel', () => {
  test('only signals abort', () => {
    const target = new EventEmitter() as NodeJS.Process;
    const { signal, release } = listenForInterrupt(target);
    expect(signal.aborted).toBe(false);
    expect(target.eventNames()).toEqual(['SIGINT', 'SIGTERM', 'SIGHUP']);
    release();
    expect(target.eventNames()).toEqual([]);
    target.emit('SIGINT');
    expect(signal.aborted).toBe(false);
  });
});
