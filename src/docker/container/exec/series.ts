import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import type { Command, Sink } from '../../../backend/types.js';
import { DemuxStream } from './demux.js';
import { EndMark, SERIES_SCRIPT } from './end-mark.js';
import { createExec, type ExecSpec, exec, startExec } from './exec.js';
import { exitCodeOf, lost } from './exec-exit.js';
import { type Running, takeOutput } from './take-output.js';

/** A process in a container that runs commands which come over its input. Between two of them its output is read, and nobody's. */
export interface Server extends Running {
  input: Socket;
}

/** What commands have in common that run in one process. */
export type Series = Pick<ExecSpec, 'series' | 'user' | 'workdir' | 'tried' | 'env'>;

interface Surroundings {
  container: Docker.Container;
  signal: AbortSignal;
  /** That of the scripts of root; else they have one of their own as the others do. */
  main?: Server;
}

/**
 * Runs commands of one series, user and directory one after the other in one process of the container: what it takes an engine to
 * start a process in a container (some 100 ms) may be more than the command itself takes. A command that comes while
 * another one runs has a process of its own, and so has one that belongs to no series.
 */
export class SeriesOfCommands {
  private readonly servers = new Map<string, Promise<Server>>();
  private readonly busy = new Set<string>();

  constructor(private readonly surroundings: Surroundings) {
    const { main } = surroundings;
    if (main) this.servers.set(keyOf({ series: 'scripts', user: '0' }), Promise.resolve(main));
  }

  /** Starts the process of a series, for which its first command then need not wait. */
  start(series: Series): void {
    this.serverOf(series).catch(() => {}); // that command will say so
  }

  async exec(spec: ExecSpec, sink: Sink): Promise<number> {
    const { container, signal } = this.surroundings;
    const key = keyOf(spec);
    if (spec.series === undefined || this.busy.has(key)) return await exec(container, spec, sink, signal);
    this.busy.add(key);
    let server: Server | undefined;
    let isRight = false;
    try {
      server = await this.serverOf(spec);
      const code = await run(server, spec, sink, signal);
      isRight = true;
      return code;
    } finally {
      this.busy.delete(key);
      if (!isRight) {
        this.servers.delete(key);
        server?.leave();
      }
    }
  }

  close(): void {
    for (const server of this.servers.values())
      server.then(
        ({ leave }) => leave(),
        () => {},
      );
  }

  /** One that has ended is no use to another command. */
  private async serverOf(series: Series): Promise<Server> {
    const key = keyOf(series);
    const known = await this.servers.get(key);
    if (known?.input.writable && !known.frames.destroyed) return known;
    const started = startServer(series, this.surroundings);
    this.servers.set(key, started);
    return await started;
  }
}

function keyOf({ series, user, workdir }: Series): string {
  return JSON.stringify([series, user, workdir]);
}

async function startServer(series: Series, { container, signal }: Surroundings): Promise<Server> {
  const spec = { ...series, argv: ['sh', '-c', SERIES_SCRIPT, String(series.series)] };
  const command = await createExec(container, spec, { AttachStdin: true }, signal);
  const input = await startExec(command, { hijack: true, stdin: true }, spec, signal);
  const frames = new DemuxStream();
  pipeline(input, frames, { signal }).catch(() => {}); // the frames end with its error
  const leave = () => void input.destroy();
  return idle({ container, frames, input, leave, inspect: command.inspect.bind(command) });
}

const nobody = () => {};

/** What else prints into the output of a process would be held up by one that nobody reads. */
export function idle(server: Server): Server {
  server.frames.on('data', nobody).resume();
  return server;
}

async function run(server: Server, spec: Command, sink: Sink, signal: AbortSignal): Promise<number> {
  const mark = new EndMark();
  const { frames, input, leave } = server;
  signal.throwIfAborted();
  signal.addEventListener('abort', leave, { once: true });
  try {
    frames.off('data', nobody).pause();
    input.write(mark.line(spec.argv));
    const code = await takeOutput(server, mark, spec, sink, signal);
    if (code !== undefined) {
      idle(server);
      return code;
    }
    leave();
    // of a process that was ended from outside; what it had to say of the command nobody knows
    const ended = await exitCodeOf(server, spec, signal);
    if (ended !== 0) return ended;
    throw lost(spec, 'its process ended without an exit code of the command');
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
