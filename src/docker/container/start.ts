import { once } from 'node:events';
import type { Socket } from 'node:net';
import { finished } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { OutputChunk } from '../../backend/types.js';
import { NEXT_STEP } from '../../conventions/hints.js';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { ArtifactError } from '../../errors.js';
import { delayedAbort, withTimeout } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { engineLost, engineMessage, isConnectionError } from '../connection/errors.js';
import { DemuxStream } from './exec/demux.js';
import { SERVE } from './exec/end-mark.js';
import type { Inspect } from './exec/exec-exit.js';
import { idle, type Server } from './exec/series.js';

const READY = `${PLUGIN}:ready`;
/** The image's ENTRYPOINT has ended; after READY nobody cares. */
const ENDED = `${PLUGIN}:ended`;
/** In place of a command it ends the main process at once, and with it the container. */
const EXIT = 'exit';
/** In the output it comes after a NUL: an ENTRYPOINT may print what it is to run. */
const mark = (name: string) => Buffer.from(`\0${name}\n`);
/** How much of an ENTRYPOINT's output is kept for its error. */
const KEPT = 10_000;
/** What the engine sends the main process of a container that it stops, as when it is restarted itself. */
export const STOP_SIGNAL = 'SIGUSR1';
/** Longer than the main process takes to end; the engine's own default, for all containers together, is 10 s. */
export const STOP_TIMEOUT_S = 3;
/**
 * It runs the scripts that come over its standard input, of which it waits for the end. Then, or when the engine stops it, all others get a TERM, as make then
 * removes the targets that are partial, and {@link DEADLINES}.grace to end, until none is left but init and itself.
 * It ignores the TERM that an interrupted build's processes get, or they would all be killed with it at once. It is
 * root's, whoever the image's ENTRYPOINT ($@) makes of itself, and what that started goes on beside it: as a child of init, for
 * the main process, which reads, would leave it a zombie, and whoever waits for the end of all would wait for that. What that prints
 * is on the standard error output: the other one has nothing but what scripts print.
 */
export const SUPERVISOR_SCRIPT = `${SERVE}
nx_start() {
  [ "$1" != ${EXIT} ] || exit 0
  (
    trap - HUP INT TERM
    (exec 3>&2 2>/dev/null; nx_run "$@") &
  )
}
end() {
  trap '' USR1
  kill -TERM -1
  tries=${DEADLINES.grace / 100}
  while set -- /proc/[0-9]*; [ $# -gt 2 ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
  exit
}
trap '' HUP INT TERM
trap end USR1
if [ $# -eq 0 ]; then printf '\\000${READY}\\n' >&2
else ( (
  trap - HUP INT TERM
  "$@" sh -c 'printf "\\000${READY}\\n"; exec sleep 2147483647' </dev/null >&2
  printf "\\000${ENDED}\\n" >&2
) & ) fi
read -r _
nx_serve nx_start
end`;

/**
 * Attaches to a created container and starts it, in this order, or its first lines are lost. It is up when its
 * READY line comes: by then its ENTRYPOINT has done its work.
 * @returns the main process: the container lives as long as its input is open
 * @throws ArtifactError CONTAINER_START
 */
export async function startSupervised(
  container: Docker.Container,
  image: string,
  signal: AbortSignal,
): Promise<Server> {
  const streams = { stream: true, stdin: true, stdout: true, stderr: true };
  const late = delayedAbort(signal);
  const options = { ...streams, hijack: true, abortSignal: late.signal };
  const attached = container.attach(options) as unknown as Promise<Socket>;
  const socket = await attached.finally(late.end).catch((error: unknown) => {
    signal.throwIfAborted();
    throw startFailed(image, error);
  });
  const main = watchMain(socket);
  const limit = withTimeout(DEADLINES.start, signal);
  const abortSignal = limit.signal;
  try {
    const aborted = once(abortSignal, 'abort').then(() => false);
    await container.start({ abortSignal });
    if (await Promise.race([main.ready, aborted])) return main.server(container);
    throw new Error('its main process exited immediately, or its ENTRYPOINT did not run it');
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw startFailed(image, error, main.output());
  } finally {
    limit.end();
  }
}

interface Watched {
  ready: Promise<boolean>;
  output(): string;
  server(container: Docker.Container): Server;
}

/** What the ENTRYPOINT prints once it has done its work is read as well, or it would be held up; and thrown away. */
function watchMain(input: Socket): Watched {
  const frames = input.pipe(new DemuxStream());
  finished(input, (error) => error && frames.destroy(error));
  let output = '';
  const last = { 1: Buffer.alloc(0), 2: Buffer.alloc(0) };
  const ready = new Promise<boolean>((resolve) => {
    const onData = (chunks: OutputChunk[]) => {
      for (const { source, data } of chunks) {
        output = (output + data.toString().slice(-KEPT)).slice(-KEPT);
        const text = Buffer.concat([last[source], data]);
        last[source] = text.subarray(-mark(READY).length);
        if (!text.includes(mark(READY)) && !text.includes(mark(ENDED))) continue;
        frames.off('data', onData);
        resolve(text.includes(mark(READY)));
      }
    };
    frames.on('data', onData);
    for (const event of ['end', 'error', 'close']) frames.on(event, () => resolve(false));
    for (const event of ['error', 'close']) input.on(event, () => resolve(false));
  });
  return {
    ready,
    output: () => output.replace(mark(ENDED).toString(), '').trim(),
    server: (container) => mainServer(container, input, frames),
  };
}

/**
 * Left, it goes on, and its output is read as before. The first line is no command: dockerode sends the options of an attach as its
 * body, too, which an engine that is slow to read takes for input.
 */
function mainServer(container: Docker.Container, input: Socket, frames: DemuxStream): Server {
  input.write('\n');
  const leave = () => {
    input.unpipe(frames).resume();
    frames.destroy();
  };
  const inspect: Inspect = async (options) => (await container.inspect(options)).State;
  return idle({ container, input, frames, leave, inspect });
}

/**
 * Ends a container whose work is done, in which nothing is worth a TERM, and waits for that, but not for long: to kill it, an engine starts
 * a program. It is still to be removed.
 */
export async function endMain({ input }: Server): Promise<void> {
  if (!input.writable) return;
  const ended = new AbortController();
  input.once('end', () => ended.abort()).once('close', () => ended.abort());
  input.write(`${EXIT}\n`);
  await sleep(DEADLINES.exit, undefined, { signal: ended.signal }).catch(() => {});
}

/** The error for a container that could not be made or started, with the last lines of its ENTRYPOINT. */
export function startFailed(image: string, error: unknown, output = ''): ArtifactError {
  const tried = `start a container of ${image}`;
  if (isConnectionError(error)) return engineLost(tried, error);
  return new ArtifactError('CONTAINER_START', {
    tried,
    cause: engineMessage(error),
    details: output === '' ? [] : output.split('\n').slice(-5),
    hint: NEXT_STEP.CONTAINER_START,
  });
}
