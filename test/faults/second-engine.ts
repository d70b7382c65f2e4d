import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { connect, type Engine } from '../../src/docker/connection/connect.js';
import { until } from '../support/wait.js';
import { BUSYBOX } from '../support/workspace.js';
import { mountSmall } from './directory.js';
import { type Filled, fillDisk } from './disk.js';

const DAEMON = ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'];
const DATA_MEGABYTES = 160;
/** Where it listens in its network namespace. */
export const INSIDE = 'tcp://127.0.0.1:2375';

/** An engine of the test's own, which can be killed and restarted, on a disk that can be filled. */
export interface SecondEngine {
  socketPath: string;
  /** A connection of the test's own. */
  connect(): Promise<Engine>;
  start(): Promise<void>;
  /** SIGTERM, as a restart of the service does: it ends its containers. */
  stop(): Promise<void>;
  /** SIGKILL: its containers go on until it is started again. */
  kill(): Promise<void>;
  /** Starts it when it does not run. */
  ensure(): Promise<void>;
  fillDisk(): Promise<Filled>;
}

/**
 * Starts a second dockerd beside the machine's own: everything of it lies in `directory` and in a network namespace
 * (a dockerd without a bridge deletes docker0, also that of another), and it ends with this process. It gets the
 * image of the fast tests.
 * @param namespace see network.ts
 */
export async function secondEngine(directory: string, namespace: string): Promise<SecondEngine> {
  const at = (name: string) => join(directory, name);
  const [data, socketPath, pidFile] = [at('data'), at('docker.sock'), at('docker.pid')];
  await mkdir(data);
  await writeFile(at('daemon.json'), '{}');
  await mountSmall(data, DATA_MEGABYTES);
  let daemon: ChildProcess | undefined;
  const start = async () => {
    // the pid files that a killed engine leaves name processes that may be others by now
    for (const stale of [pidFile, at('exec/containerd/containerd.pid')]) await rm(stale, { force: true });
    daemon = startDaemon(directory, data, socketPath, pidFile, namespace);
    await until(() => connect(env(socketPath), { timeoutMs: 500 }).catch(() => undefined), 60_000).catch(
      async () => {
        throw new Error(`the second dockerd does not answer:\n${await readFile(at('log'), 'utf8')}`);
      },
    );
  };
  const end = async (signal: NodeJS.Signals) => {
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const over = once(daemon, 'exit');
    daemon.kill(signal);
    await over;
  };
  await start();
  await loadImage(socketPath, at('image.tar'));
  return {
    socketPath,
    connect: () => connect(env(socketPath)),
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    ensure: async () => {
      if (daemon && daemon.exitCode === null && daemon.signalCode === null) return;
      await start();
    },
    fillDisk: () => fillDisk(data),
  };
}

export function env(socketPath: string): NodeJS.ProcessEnv {
  const { DOCKER_TLS_VERIFY, DOCKER_CONTEXT, ...rest } = process.env;
  return { ...rest, DOCKER_HOST: `unix://${socketPath}` };
}

function startDaemon(
  directory: string,
  data: string,
  socketPath: string,
  pidFile: string,
  namespace: string,
): ChildProcess {
  const file = DAEMON.find((path) => existsSync(path));
  if (!file) throw new Error('the fault tests start an engine of their own: they need dockerd (docker.io)');
  const log = openSync(join(directory, 'log'), 'a');
  const flags = {
    'config-file': join(directory, 'daemon.json'),
    'data-root': data,
    'exec-root': join(directory, 'exec'),
    pidfile: pidFile,
    host: `unix://${socketPath}`,
    bridge: 'none',
    iptables: 'false',
    tls: 'false', // as for the port, which nobody reaches outside of the namespace
    'storage-driver': 'overlay2',
    // for a machine whose containerd is a service of its own, which dockerd then uses
    'containerd-namespace': 'nx-docker-artifact-faults',
    'containerd-plugins-namespace': 'nx-docker-artifact-faults-plugins',
  };
  const argv = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  argv.push(`--host=${INSIDE}`);
  return spawn('setpriv', ['--pdeathsig', 'TERM', 'nsenter', `--net=${namespace}`, file, ...argv], {
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
}

/** The machine's own engine has it: every tier's set-up makes it. */
async function loadImage(socketPath: string, file: string): Promise<void> {
  await execa('docker', ['save', '--output', file, BUSYBOX]);
  await execa('docker', ['load', '--input', file], { env: env(socketPath) });
}
