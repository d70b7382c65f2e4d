import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEADLINES } from '../../util/deadlines.js';
import { debug } from '../../util/debug.js';
import type { Patience } from './patience.js';
import type { SshTarget } from './transports/transport.js';

/** A socket of this machine that leads to an engine on another one, until it is closed. */
export interface Tunnel {
  socketPath: string;
  /** What ssh has said last, of a connection that it could not make. */
  said(): string | undefined;
  close(): Promise<void>;
}

/** ssh ends with its shell's standard input, which is ours: also when this process is killed. */
const LIFELINE = `exec 3<&0
ssh "$@" 3<&- & ssh=$!
{ cat <&3 >/dev/null; kill $ssh; } 2>/dev/null & exec 3<&-
wait $ssh`;

/**
 * Opens a tunnel to an engine's socket by the user's own ssh, with its configuration, agent, jump hosts and known hosts. The socket
 * lies in a directory that nobody else may enter. ssh is a connection of its own, not one that the user's ControlMaster shares:
 * that would leave the forwarding in the master; and in a session of its own, as a ^C must not end it before what that is to
 * clean up is clean. So it cannot ask for a password.
 * @throws an error with what ssh has said
 */
export async function openTunnel(
  { destination, port, socket }: SshTarget,
  { env, signal, patience }: { env: NodeJS.ProcessEnv; signal: AbortSignal; patience: Patience },
): Promise<Tunnel> {
  const directory = await mkdtemp(join(tmpdir(), 'nx-docker-artifact-ssh-')); // mode 700
  const socketPath = join(directory, 'engine.sock');
  const forward = ['-nNT', '-S', 'none', '-o', 'ExitOnForwardFailure=yes', '-L', `${socketPath}:${socket}`];
  const argv = [...forward, ...(port ? ['-p', String(port)] : []), '--', destination];
  debug('engine: ssh %s', argv.join(' '));
  const shell = spawn('sh', ['-c', LIFELINE, 'sh', ...argv], {
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  shell.stderr.on('data', (chunk: Buffer) => {
    lines.push(...chunk.toString().split(/\r?\n/).filter(Boolean));
    lines.splice(0, lines.length - 5);
  });
  shell.stdin.on('error', () => {});
  const ended = once(shell, 'exit').catch((error: Error) => lines.push(error.message));
  const said = () => lines.at(-1);
  const close = async () => {
    shell.stdin.destroy();
    await Promise.race([ended, sleep(DEADLINES.grace)]);
    shell.stderr.destroy();
    await rm(directory, { recursive: true, force: true });
  };
  const limit = patience.start(DEADLINES.tunnel, signal);
  try {
    while (!(await accepts(socketPath))) {
      if (shell.exitCode !== null) throw new Error(said() ?? `ssh ended with exit code ${shell.exitCode}`);
      await sleep(50, undefined, { signal: limit.signal });
    }
    return { socketPath, said, close };
  } catch (error) {
    await close();
    signal.throwIfAborted();
    throw limit.passed() ? new Error(`ssh did not connect within ${limit.passed()}`) : error;
  } finally {
    limit.end();
  }
}

/** Whether something listens at a socket. */
async function accepts(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
