import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { aptInstall } from './apt.mjs';
import { output, succeeds } from './process.mjs';

const DAEMONS = ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'];
const LOG = '/var/log/dockerd.log';

/** Installs what is missing of engine and CLI; false when both were there. */
export async function installEngine() {
  const daemon = DAEMONS.some((file) => existsSync(file));
  const cli = await succeeds('docker', ['--version']);
  if (!daemon) await aptInstall('docker.io', 'iptables', 'ca-certificates');
  // From Debian 13 on the CLI is a package of its own.
  if (!cli && !(await succeeds('docker', ['--version']))) await aptInstall('docker-cli');
  return !daemon || !cli;
}

/** Starts the installed engine, by the init system where one runs, and waits until `answers()`. */
export async function startEngine(answers) {
  if (existsSync('/run/systemd/system')) await output('systemctl', ['start', 'docker']);
  else if (!pidIsOf('/var/run/docker.pid', 'dockerd') && !pidIsOf('/var/run/docker-ssd.pid', 'dockerd')) {
    await removeStaleState();
    const log = openSync(LOG, 'a');
    // It needs iptables, and sbin is not in everybody's PATH.
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    const daemon = DAEMONS.find((file) => existsSync(file));
    if (!daemon) throw new Error(`No dockerd at ${DAEMONS.join(', ')}.`);
    spawn(daemon, [], { detached: true, stdio: ['ignore', log, log], cwd: '/', env }).unref();
  }
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(250)) if (await answers()) return LOG;
  throw new Error(
    `dockerd was started, but its API does not answer after 60 s. The end of ${LOG}:\n${logTail()}`,
  );
}

/**
 * An engine that was killed leaves its pid files, and a new one refuses to start (or waits for a containerd that
 * is not there) when that number is by now another process.
 */
async function removeStaleState() {
  rmSync('/var/run/docker.pid', { force: true });
  const containerd = '/var/run/docker/containerd/containerd.pid';
  if (!pidIsOf(containerd, 'containerd')) rmSync(containerd, { force: true });
  const socket = '/run/containerd/containerd.sock';
  if (existsSync(socket) && !(await accepts(socket))) rmSync(socket, { force: true });
}

function pidIsOf(file, name) {
  try {
    return readFileSync(`/proc/${readFileSync(file, 'utf8').trim()}/comm`, 'utf8').trim() === name;
  } catch {
    return false;
  }
}

function accepts(path) {
  return new Promise((resolve) => {
    const socket = connect(path, () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

function logTail() {
  return existsSync(LOG) ? readFileSync(LOG, 'utf8').trimEnd().split('\n').slice(-20).join('\n') : '(no log)';
}
