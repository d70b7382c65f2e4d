import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import type { Command, Sink } from '../../../backend/types.js';
import { DemuxStream } from './demux.js';
import { EndMark } from './end-mark.js';
import { exitCodeOf, lost } from './exec-exit.js';
import { takeOutput } from './take-output.js';

/** A command, and what it has in its environment besides that of its container. */
export interface ExecSpec extends Command {
  env?: readonly string[];
}

/**
 * Runs one command in a running container (Docker API, ContainerExec and ExecStart) and returns its exit code.
 * It is over when the mark at the end of its output is there (see {@link EndMark}), or, where something has ended the process
 * before it could print that, soon after the process (see {@link waitForExit}).
 * @throws ArtifactError ENGINE_LOST when engine or container go away in between: no exit code, no success
 */
export async function exec(
  container: Docker.Container,
  spec: ExecSpec,
  sink: Sink,
  signal: AbortSignal,
): Promise<number> {
  const mark = new EndMark();
  const command = await createExec(container, spec, { Cmd: mark.argv(spec.argv) }, signal);
  const output: Readable = await startExec(command, { hijack: false, stdin: false }, spec, signal);
  const frames = new DemuxStream();
  pipeline(output, frames, { signal }).catch(() => {}); // the frames end with its error
  const leave = () => void output.destroy();
  const running = { container, frames, leave, inspect: command.inspect.bind(command) };
  try {
    return (await takeOutput(running, mark, spec, sink, signal)) ?? (await exitCodeOf(running, spec, signal));
  } finally {
    leave();
  }
}

/** Starts a command that was created; its output, and where that is asked for its input. */
export async function startExec(
  command: Docker.Exec,
  options: Docker.ExecStartOptions,
  spec: Command,
  abortSignal: AbortSignal,
): Promise<Socket> {
  try {
    return (await command.start({ ...options, abortSignal })) as unknown as Socket;
  } catch (error) {
    abortSignal.throwIfAborted();
    throw lost(spec, error);
  }
}

/** Creates a command with both its outputs attached. */
export async function createExec(
  container: Docker.Container,
  spec: ExecSpec,
  more: Docker.ExecCreateOptions,
  signal: AbortSignal,
): Promise<Docker.Exec> {
  const { argv, user, workdir, env = [] } = spec;
  const own = { Cmd: [...argv], User: user, WorkingDir: workdir, Env: env.length > 0 ? [...env] : undefined };
  const command = await container
    .exec({ AttachStdout: true, AttachStderr: true, abortSignal: signal, ...own, ...more })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw lost(spec, error);
    });
  signal.throwIfAborted();
  return command;
}
