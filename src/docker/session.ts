import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { ArtifactError } from '../errors.js';
import { type Engine, engineMessage, isStatus } from './engine.js';
import { type ExecSpec, exec, type Sink } from './exec.js';
import { Frames, type Piece } from './frames.js';
import type { Labels } from './labels.js';
import { createLocked, type LockOptions } from './lock.js';

/** How long the processes of an interrupted build get to end by themselves; Nx kills us after 5 s. */
const GRACE_MS = 1_500;
const START_TIMEOUT_MS = 60_000;

export type { HostConfig, MountSettings } from 'dockerode';

export interface SessionSpec {
  name: string;
  image: string;
  labels: Labels;
  env: string[];
  hostConfig: Docker.HostConfig;
}

/** A running container that belongs to this process alone. */
export interface Session {
  container: Docker.Container;
  exec(spec: ExecSpec, sink: Sink): Promise<number>;
}

/**
 * Runs `use` with a container of its own, whose name locks the volume, and removes it whatever happens.
 *
 * Its main process does nothing but read the standard input that this process holds: when this process dies,
 * even by SIGKILL, the engine closes that input (StdinOnce), the main process ends, everything else in the
 * container with it, and the engine removes it (AutoRemove). The image's ENTRYPOINT runs first, as it may map
 * UID and GID to a user; the steps run as execs when it has.
 * @throws ArtifactError LOCKED, CONTAINER_START, and whatever `use` throws
 */
export async function withSession<T>(
  engine: Engine,
  spec: SessionSpec,
  lock: LockOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { signal } = lock;
  const container = await createLocked(engine, createOptions(spec), lock);
  let lifeline: NodeJS.ReadWriteStream | undefined;
  try {
    // attach before start, or the first lines are lost
    lifeline = await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    });
    await start(container, lifeline, spec, signal);
    return await use({ container, exec: (execSpec, sink) => exec(container, execSpec, sink, signal) });
  } finally {
    if (signal.aborted) await endProcesses(container);
    await remove(container);
    (lifeline as Socket | undefined)?.destroy();
  }
}

const READY = 'nx-docker-artifact:ready';
/** It ignores the TERM that an interrupted build's processes get, or they would all be killed with it at once. */
const MAIN = `trap '' HUP INT TERM; echo ${READY}; exec cat >/dev/null`;

function createOptions(spec: SessionSpec): Docker.ContainerCreateOptions & { name: string } {
  return {
    name: spec.name,
    Image: spec.image,
    Cmd: ['sh', '-c', MAIN],
    User: '0',
    Env: spec.env,
    Labels: spec.labels,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: { ...spec.hostConfig, Init: true, AutoRemove: true },
  };
}

/** The container is up when its READY line comes: by then its ENTRYPOINT has done its work. */
async function start(
  container: Docker.Container,
  socket: NodeJS.ReadWriteStream,
  spec: SessionSpec,
  signal: AbortSignal,
): Promise<void> {
  const frames = socket.pipe(new Frames());
  let output = '';
  const ready = new Promise<boolean>((resolve) => {
    frames.on('data', (pieces: Piece[]) => {
      if (output.length < 10_000) output += pieces.map((piece) => piece.data.toString()).join('');
      if (output.includes(READY)) resolve(true);
    });
    for (const event of ['end', 'error', 'close']) frames.once(event, () => resolve(false));
    socket.on('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
  let cause: unknown = 'its main process ended at once';
  const started = await container.start().then(
    () => true,
    (error: unknown) => {
      cause = engineMessage(error);
      return false;
    },
  );
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(START_TIMEOUT_MS)]);
  if (started && (await Promise.race([ready, once(timeout, 'abort').then(() => false)]))) return;
  signal.throwIfAborted();
  throw new ArtifactError('CONTAINER_START', {
    tried: `start a container of ${spec.image}`,
    cause,
    details: output.trim() ? output.trim().split('\n').slice(-5) : [],
    hint: 'The image must have sh and cat; its ENTRYPOINT, if any, must run the command that it is given.',
  });
}

/** TERM for all, then wait until none is left but init, the main process and this shell. */
const END_ALL = 'kill -TERM -1; while set -- /proc/[0-9]*; [ $# -gt 3 ]; do sleep 0.1; done';

/** A TERM before the container is removed, as make then removes the targets that are half made. */
async function endProcesses(container: Docker.Container): Promise<void> {
  try {
    const timeout = AbortSignal.timeout(GRACE_MS);
    const kill = await container.exec({
      Cmd: ['sh', '-c', END_ALL],
      User: '0',
      AttachStdout: true,
      AttachStderr: true,
      abortSignal: timeout,
    });
    const output = await kill.start({ hijack: false, stdin: false, abortSignal: timeout });
    output.resume();
    await Promise.race([once(output, 'close'), sleep(GRACE_MS)]);
  } catch {
    // the container is gone or never ran: it is removed next, and a failure of that counts
  }
}

/**
 * A container that is gone already, or is just being removed, is fine. With the engine itself gone nothing can be
 * removed, and the error that brought us here says so: the container ends with its standard input.
 */
async function remove(container: Docker.Container): Promise<void> {
  for (const timeout of [10_000, 2_000]) {
    try {
      return void (await container.remove({ force: true, abortSignal: AbortSignal.timeout(timeout) }));
    } catch (error) {
      if (!isStatus(error, 500)) return;
    }
  }
}
