import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../errors.js';
import { DEADLINES } from './deadlines.js';
import { printable } from './lines.js';
import { silentListener } from './socket-listener.js';

export interface SingleFlightOptions {
  /** For the others, who works: "alpha:archive (pid 123)"; and what it does: "is building". */
  who: string;
  doing?: string;
  signal: AbortSignal;
  /** Called with who the process is that is waited for, and what it does. */
  onWait: (who: string) => void;
  os?: NodeJS.Platform;
  now?: () => Date;
}

/** The result of the work, or that another process has ended its own, successfully or not. */
type SingleFlightResult<T> = { result: T } | { otherIsDone: boolean };

interface Lease {
  release(done: boolean): void;
}

const DONE = 'done';
/** Somebody is listening but never answers: that must not stop us. */
const MOST_TRIES = 100;

/**
 * Does work that must run only once at a time on this machine, or else waits for the process that is doing it. That
 * one listens on a socket named after the work: only one process can, the system frees the name however it ends, and
 * connected processes notice immediately. So nothing stale is left behind.
 */
export async function singleFlight<T>(
  work: string,
  deps: SingleFlightOptions,
  run: () => Promise<T>,
): Promise<SingleFlightResult<T>> {
  const address = addressOf(work, deps.os ?? process.platform);
  for (let tries = 1; ; tries++) {
    deps.signal.throwIfAborted();
    const lease = await acquireLease(address, sentence(deps.who, deps));
    if (lease || tries === MOST_TRIES) return { result: await runWithLease(lease, run) };
    const otherIsDone = await watch(address, deps);
    if (otherIsDone !== undefined) return { otherIsDone };
    await sleep(20);
  }
}

const sentence = (who: string, { doing }: SingleFlightOptions) => (doing ? `${who} ${doing}` : who);

/** An abstract socket where the system has them (Node: net, "IPC support"): it has no file that could be left. */
function addressOf(work: string, os: NodeJS.Platform): string {
  // short, as the path of a socket has about 100 bytes
  const name = `nx-docker-artifact-${createHash('sha256').update(work).digest('hex').slice(0, 16)}`;
  return os === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

async function runWithLease<T>(lease: Lease | undefined, run: () => Promise<T>): Promise<T> {
  let done = false;
  try {
    const result = await run();
    done = true;
    return result;
  } finally {
    lease?.release(done);
  }
}

/** Undefined when it is taken. Where no socket can be made at all, every process works for itself. */
async function acquireLease(address: string, who: string): Promise<Lease | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => {}).on('close', () => waiting.delete(socket));
    socket.resume().write(`${who}\n`);
  });
  try {
    server.listen(address).unref();
    await once(server, 'listening');
  } catch (error) {
    return systemCode(error) === 'EADDRINUSE' ? undefined : { release: () => {} };
  }
  server.on('error', () => {}); // of one connection, whose end its other side sees
  return {
    release(done) {
      server.close();
      for (const socket of waiting) socket.end(done ? `${DONE}\n` : '');
    },
  };
}

/** Waits for the end of the process at `address`: whether its work is done; undefined when nobody is there. */
async function watch(address: string, deps: SingleFlightOptions): Promise<boolean | undefined> {
  const { signal, onWait, now = () => new Date() } = deps;
  const socket = connect(address).setEncoding('utf8');
  const stop = () => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  let text = '';
  // the system takes connections for a process that is suspended, too
  const onSilence = () => onWait(sentence(silentListener(address, now()), deps));
  const silence = setTimeout(onSilence, DEADLINES.greeting).unref();
  try {
    for await (const chunk of socket) {
      clearTimeout(silence);
      const isNew = !text.includes('\n');
      text = (text + chunk).slice(0, 1000);
      if (isNew && text.includes('\n')) onWait(printable(text.split('\n')[0] ?? ''));
    }
  } catch (error) {
    signal.throwIfAborted();
    if (systemCode(error) === 'ECONNREFUSED') await removeStale(address);
    if (text === '') return undefined;
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  return text === '' ? undefined : text.split('\n')[1] === DONE;
}

/** A socket file left by a killed process. Two that remove it at once may both do the work: rare and harmless. */
async function removeStale(address: string): Promise<void> {
  if (!address.startsWith('\0')) await rm(address, { force: true }).catch(() => {});
}
