import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  openSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../src/docker/connection/connect.js';
import { testEngine } from './runner.js';
import { until } from './wait.js';
import { BUSYBOX, temporaryDirectory } from './workspace.js';

/** An engine of a test file's own. */
export interface OwnEngine {
  /** The environment that leads to it. */
  env: NodeJS.ProcessEnv;
  /** Ends it, and removes what it had. */
  end(): Promise<void>;
}

/** An image of the engines' own: the one of the fast tests, with a user of its own. */
export const WITH_USER = 'nx-docker-artifact-test/with-user:1';
/** Whoever runs the rootless engine: nobody's number on a machine of tests. */
export const ENGINE_USER = 1502;
/** The first number on the host of the container's other users. */
const SUBORDINATE = 300_000;
const DAEMON = ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'].find(existsSync);

/** Whether these engines can be started here: by root on Linux, where dockerd is, and user namespaces are. */
export const canHaveOwnEngine =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  DAEMON !== undefined &&
  readFileSync('/proc/sys/user/max_user_namespaces', 'utf8').trim() !== '0';

/** As a range in /etc/subuid gives them. */
const MAP = `0 ${ENGINE_USER} 1\n1 ${SUBORDINATE} 65535\n`;
const CHILD_OF_US = ['--pdeathsig', 'TERM'];

/**
 * A real dockerd, without root, as rootlesskit would start it: root of a user namespace, in which the caller is root. It has no
 * network, and the image of the fast tests.
 */
export async function rootlessEngine(): Promise<OwnEngine> {
  const { directory, ends } = await directoryOf('rootless');
  chownSync(directory, ENGINE_USER, ENGINE_USER);
  const owner = ['--reuid', `${ENGINE_USER}`, '--regid', `${ENGINE_USER}`, '--clear-groups'];
  const keep = ['unshare', '--user', '--mount', '--net', '--propagation', 'private', 'sleep', 'infinity'];
  const keeper = spawn('setpriv', [...CHILD_OF_US, ...owner, ...keep], { stdio: 'ignore' });
  ends.push(() => end(keeper));
  const own = readlinkSync('/proc/self/ns/net');
  await until(() => readlinkSync(`/proc/${keeper.pid}/ns/net`) !== own, 10_000); // the last that it makes
  for (const file of ['uid_map', 'gid_map']) writeFileSync(`/proc/${keeper.pid}/${file}`, MAP);
  const enter = ['nsenter', '-t', `${keeper.pid}`, '-U', '-m', '-n', '--setuid', '0', '--setgid', '0'];
  // what a dockerd writes outside of its own directories
  const mounts = 'for d in /run /etc/docker; do [ ! -d $d ] || mount -t tmpfs tmpfs $d; done';
  return await start({ directory, ends }, enter, mounts, ['--rootless']);
}

/** A real dockerd with `--userns-remap`, as root; all else as {@link rootlessEngine}. */
export async function remappedEngine(): Promise<OwnEngine> {
  const { directory, ends } = await directoryOf('remapped');
  await writeFile(join(directory, 'sub'), `nobody:${SUBORDINATE}:65536\nnogroup:${SUBORDINATE}:65536\n`);
  const enter = ['unshare', '--mount', '--net', '--propagation', 'private'];
  const mounts = 'for f in /etc/subuid /etc/subgid; do mount --bind sub $f; done; mount -t tmpfs tmpfs /run';
  return await start({ directory, ends }, enter, mounts, ['--userns-remap=nobody:nogroup']);
}

interface Place {
  directory: string;
  /** What ends it, in the order of its beginnings. */
  ends: (() => Promise<void>)[];
}

async function directoryOf(name: string): Promise<Place> {
  const ends: Place['ends'] = [];
  const directory = await temporaryDirectory(name, { end: (remove) => ends.push(remove) });
  chmodSync(directory, 0o755); // the users of its containers pass through
  await writeFile(join(directory, 'daemon.json'), '{}');
  return { directory, ends };
}

async function start(
  { directory, ends }: Place,
  enter: string[],
  mounts: string,
  flags: string[],
): Promise<OwnEngine> {
  const at = (name: string) => join(directory, name);
  const socket = at('docker.sock');
  const all = [
    ...[`--config-file=${at('daemon.json')}`, `--data-root=${at('data')}`, `--exec-root=${at('exec')}`],
    ...[`--pidfile=${at('docker.pid')}`, `--host=unix://${socket}`, '--storage-driver=overlay2'],
    // a dockerd with a bridge deletes that of another
    ...['--bridge=none', '--iptables=false', ...flags],
  ];
  const script = `set -e; ip link set lo up; ${mounts}; exec "$@"`;
  const argv = [...CHILD_OF_US, ...enter, 'sh', '-c', script, 'sh', DAEMON ?? '', ...all];
  const log = openSync(at('log'), 'a');
  const daemon = spawn('setpriv', argv, {
    ...{ cwd: directory, stdio: ['ignore', log, log] },
    // runc does without cgroups for a root that is called otherwise
    env: {
      PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
      HOME: directory,
      USER: 'tester',
      XDG_RUNTIME_DIR: directory,
    },
  });
  ends.push(() => end(daemon));
  const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONTEXT: undefined };
  await until(() => connect(env, { timeoutMs: 500 }).catch(() => undefined), 60_000).catch(async () => {
    throw new Error(`the dockerd of the test does not answer:\n${await readFile(at('log'), 'utf8')}`);
  });
  await loadImages(env);
  return {
    env,
    end: async () => {
      for (const one of ends.reverse()) await one();
    },
  };
}

async function loadImages(env: NodeJS.ProcessEnv): Promise<void> {
  const [from, { docker }] = [await testEngine(), await connect(env)];
  const answer = await docker.loadImage(await from.docker.getImage(BUSYBOX).get());
  for await (const _ of answer as AsyncIterable<Buffer>);
  const container = await docker.createContainer({ Image: BUSYBOX, Cmd: ['true'] });
  const [repo, tag] = WITH_USER.split(':');
  await container.commit({ repo, tag, changes: 'USER 1005:1005' }); // a Dockerfile takes 10 s there
  await container.remove();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
  child.kill();
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await over;
  clearTimeout(late);
}
