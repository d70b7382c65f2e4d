import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import type { Command, OutputChunk, Sink } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { DemuxStream } from './demux.js';
import { exitCodeOf, lost, waitForExit } from './exec-exit.js';

/**
 * Runs one command in a running container (Docker API, ContainerExec and ExecStart) and returns its exit code.
 * It is over when the process has ended AND its output has, or, when a background child keeps the output open,
 * soon after the process (see {@link waitForExit}).
 * @throws ArtifactError ENGINE_LOST when engine or container go away in between: no exit code, no success
 */
export async function exec(
  container: Docker.Container,
  spec: Command,
  sink: Sink,
  signal: AbortSignal,
): Promise<number> {
  const command = await createExec(container, spec, {}, signal);
  const started = command.start({ hijack: false, stdin: false, abortSignal: signal });
  const output = (await started.catch((error: unknown) => {
    signal.throwIfAborted();
    throw lost(spec, error);
  })) as unknown as Readable;
  let taken = 0;
  const target = toWritable((chunks) => {
    taken++;
    return sink(chunks);
  });
  const progress = () => ({ taken, pending: target.writableLength > 0 });
  const stop = new AbortController();
  let closed = false;
  const watch = waitForExit(command, progress, AbortSignal.any([signal, stop.signal])).then((isOver) => {
    closed = isOver;
    if (isOver) output.destroy();
  });
  try {
    await pipeline(output, new DemuxStream(), target, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ArtifactError) throw error; // the sink's own
    if (!closed) throw lost(spec, error); // else what is cut is a background child's
  } finally {
    stop.abort();
    await watch;
  }
  return await exitCodeOf(container, command, spec, signal);
}

/** Creates a command with both its outputs attached. */
export async function createExec(
  container: Docker.Container,
  spec: Command,
  more: Docker.ExecCreateOptions,
  signal: AbortSignal,
): Promise<Docker.Exec> {
  const { argv, user, workdir } = spec;
  const own = { Cmd: [...argv], User: user, WorkingDir: workdir };
  const command = await container
    .exec({ AttachStdout: true, AttachStderr: true, abortSignal: signal, ...own, ...more })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw lost(spec, error);
    });
  signal.throwIfAborted();
  return command;
}

function toWritable(sink: Sink): Writable {
  return new Writable({
    objectMode: true,
    highWaterMark: 4,
    write(chunks: OutputChunk[], _encoding, done) {
      Promise.resolve()
        .then(() => sink(chunks))
        .then(() => done(), done);
    },
  });
}
