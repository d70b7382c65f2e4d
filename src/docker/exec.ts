import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { ArtifactError } from '../errors.js';
import { engineMessage } from './engine.js';
import { Frames, type Piece } from './frames.js';

/** How often a silent exec is looked at, and how long its stream may stay open after the process has ended. */
const WATCH_MS = 1_000;
const DRAIN_MS = 2_000;

export interface ExecSpec {
  argv: readonly string[];
  user?: string;
  workdir?: string;
  env?: readonly string[];
}

/** Takes the output of a step; a returned promise holds the stream back until it settles. */
export type Sink = (pieces: Piece[]) => void | Promise<void>;

/**
 * Runs one command in a running container (Docker API, ContainerExec and ExecStart) and returns its exit code.
 * It is over when the process has ended AND its output has, or, when a background child keeps the output open,
 * {@link DRAIN_MS} after the process.
 * @throws ArtifactError ENGINE_LOST when the engine goes away in between: no exit code, no success
 */
export async function exec(
  container: Docker.Container,
  spec: ExecSpec,
  sink: Sink,
  signal: AbortSignal,
): Promise<number> {
  const command = await container.exec({
    Cmd: [...spec.argv],
    User: spec.user,
    WorkingDir: spec.workdir,
    Env: spec.env ? [...spec.env] : undefined,
    AttachStdout: true,
    AttachStderr: true,
  });
  const output = (await command.start({
    hijack: false,
    stdin: false,
  })) as unknown as import('node:stream').Readable;
  const stop = new AbortController();
  const watch = closeWhenOver(command, output, AbortSignal.any([signal, stop.signal]));
  const onAbort = () => output.destroy(new Error('interrupted'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await pipeline(output, new Frames(), toWritable(sink));
  } catch (error) {
    signal.throwIfAborted();
    if (!output.readableAborted || !(await isOver(command).catch(() => false))) throw lost(spec, error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop.abort();
    await watch;
  }
  return await exitCodeOf(command, spec, signal);
}

function toWritable(sink: Sink): Writable {
  return new Writable({
    objectMode: true,
    highWaterMark: 4,
    write(pieces: Piece[], _encoding, done) {
      Promise.resolve(sink(pieces)).then(() => done(), done);
    },
  });
}

/** A background child of the command can keep its output open for ever; the command's own end counts. */
async function closeWhenOver(
  command: Docker.Exec,
  output: import('node:stream').Readable,
  signal: AbortSignal,
) {
  try {
    for (;;) {
      await sleep(WATCH_MS, undefined, { signal });
      if (!(await isOver(command))) continue;
      await sleep(DRAIN_MS, undefined, { signal });
      output.push(null);
      return;
    }
  } catch {
    // stopped, or the engine is gone: the stream itself tells
  }
}

async function isOver(command: Docker.Exec): Promise<boolean> {
  return !(await command.inspect()).Running;
}

/** The stream's end comes a moment before the engine knows the exit code. */
export async function exitCodeOf(command: Docker.Exec, spec: ExecSpec, signal: AbortSignal): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    signal.throwIfAborted();
    const state = await command.inspect().catch((error: unknown) => {
      throw lost(spec, error);
    });
    if (!state.Running && typeof state.ExitCode === 'number') return state.ExitCode;
    await sleep(Math.min(10 * (tries + 1), 200));
  }
  throw lost(spec, 'its output ended, but the engine does not tell its exit code');
}

function lost(spec: ExecSpec, cause: unknown): ArtifactError {
  return new ArtifactError('ENGINE_LOST', {
    tried: `run \`${spec.argv.join(' ')}\` to its end`,
    cause: `the connection to the engine or the container was lost: ${engineMessage(cause)}`,
    hint: 'Was the engine restarted, or the container removed? The build volume is kept: run the target again.',
  });
}
