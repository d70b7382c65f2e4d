import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Transform } from 'node:stream';
import type Docker from 'dockerode';
import type { OutputChunk, Terminal } from '../../../backend/types.js';
import { DemuxStream } from './demux.js';
import { EndMark } from './end-mark.js';
import { createExec, type ExecSpec } from './exec.js';
import { exitCodeOf, lost, settledCode, waitForExit } from './exec-exit.js';

/**
 * Runs a command that talks to the user (Docker API, ExecStart with a hijacked connection) and returns its exit code.
 * On a terminal everything typed goes to the container, ^C too, and the size follows the user's.
 */
export async function interactive(
  container: Docker.Container,
  spec: ExecSpec,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { isTTY, stdin, stdout } = terminal;
  const mark = new EndMark();
  const Cmd = isTTY ? ['sh', '-c', 'read -r _; exec "$@"', 'sh', ...spec.argv] : mark.argv(spec.argv);
  const command = await createExec(container, spec, { Cmd, Tty: isTTY, AttachStdin: true }, signal);
  const started = command.start({ hijack: true, stdin: true, Tty: isTTY });
  const socket = (await started.catch((error: unknown) => {
    throw lost(spec, error);
  })) as unknown as Socket;
  socket.on('error', () => {}); // the exit code says how it ended
  const end = () => void socket.destroy();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  either.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const inspect = command.inspect.bind(command);
  const progress = () => ({ taken: socket.bytesRead, pending: stdout.writableNeedDrain });
  const watch = waitForExit(inspect, progress, either).then((ending) => ending !== 'unknown' && end());
  try {
    if (isTTY) await onTerminal(command, socket, terminal);
    else await plain(socket, terminal, mark);
  } finally {
    stdin.unpipe(socket);
    stdin.pause();
    stop.abort();
    end();
    await watch;
  }
  if (mark.exitCode !== undefined) return await settledCode(container, spec, mark.exitCode, signal);
  return await exitCodeOf({ container, inspect }, spec, signal);
}

/**
 * A size can only be set once the command runs (409 before). So the command waits for a first newline, which is sent
 * once the size is set, and whose echo is not shown.
 */
async function onTerminal(command: Docker.Exec, socket: Socket, terminal: Terminal): Promise<void> {
  const { stdin, stdout } = terminal;
  const resize = async () => {
    const { columns: w, rows: h } = stdout;
    if (w && h) await command.resize({ h, w }).catch(() => {}); // over already
  };
  terminal.setRawMode?.(true);
  stdout.on('resize', resize);
  try {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.pipe(withoutFirstLine()).pipe(stdout, { end: false });
    await resize();
    socket.write('\n');
    stdin.pipe(socket);
    await closed;
  } finally {
    stdout.off('resize', resize);
    terminal.setRawMode?.(false);
  }
}

function withoutFirstLine(): Transform {
  let skipping = true;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const at = skipping ? chunk.indexOf(0x0a) : -1;
      if (skipping && at < 0) return done();
      done(null, skipping ? chunk.subarray(at + 1) : chunk);
      skipping = false;
    },
  });
}

/** The end of the input is passed on, for `echo make | nx run alpha:shell`. */
async function plain(socket: Socket, { stdin, stdout, stderr }: Terminal, mark: EndMark): Promise<void> {
  const frames = socket.pipe(new DemuxStream());
  socket.once('close', () => frames.end()); // also when it was cut
  stdin.pipe(socket);
  try {
    for await (const chunks of frames as AsyncIterable<OutputChunk[]>) {
      for (const { source, data } of mark.take(chunks)) {
        const target = source === 2 ? stderr : stdout;
        if (!target.write(data)) await once(target, 'drain');
      }
      if (mark.exitCode !== undefined) return;
    }
  } catch {
    // cut off: the exit code says how it ended
  }
}
