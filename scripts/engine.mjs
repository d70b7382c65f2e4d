import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { installEngine, startEngine } from './engine-install.mjs';
import { isMain, main, run } from './process.mjs';

const SYSTEM_SOCKET = '/var/run/docker.sock';

/**
 * Gives the version of an engine that answers. One that is there is used as it is; with none, a root user of a
 * Debian-like machine gets Debian's. An engine that only a socket leads to becomes DOCKER_HOST for the children.
 */
export async function ensureEngine() {
  const there = (await versionByCli()) ?? (await versionBySocket());
  if (there) return there;
  if (process.env.DOCKER_HOST) {
    throw new Error(
      `No Docker engine answers at DOCKER_HOST=${process.env.DOCKER_HOST}: start it, or unset it.`,
    );
  }
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(whatToInstall());
  const installed = await installEngine();
  const log = await startEngine(() => ping(SYSTEM_SOCKET));
  const version = await versionByCli();
  if (!version)
    throw new Error(`The engine runs, but the docker command does not reach it. ${whatToInstall()}`);
  console.log(
    `Docker engine ${version}: ${installed ? 'installed from Debian and started' : 'started'} (${log}).`,
  );
  return version;
}

/** The CLI knows best where the engine is: DOCKER_HOST, the context, TLS. */
async function versionByCli() {
  const asked = await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 20_000 });
  return asked.code === 0 ? asked.stdout.trim() : undefined;
}

async function versionBySocket() {
  if (process.env.DOCKER_HOST) return undefined;
  const runtime = process.env.XDG_RUNTIME_DIR;
  const sockets = [
    SYSTEM_SOCKET,
    runtime && join(runtime, 'docker.sock'),
    join(homedir(), '.docker/run/docker.sock'),
  ];
  for (const socket of sockets) {
    if (!socket || !(await ping(socket))) continue;
    process.env.DOCKER_HOST = `unix://${socket}`;
    const version = await versionByCli();
    if (version) return version;
    throw new Error(
      `An engine answers at ${socket}, but there is no docker command to use it: install Docker's CLI.`,
    );
  }
  return undefined;
}

function ping(socketPath) {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/_ping', timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}

function whatToInstall() {
  const how = {
    darwin: 'Docker Desktop, OrbStack or Colima',
    win32: 'Docker Desktop with its WSL backend',
    linux: `Docker Engine (Debian, Ubuntu: apt-get install docker.io), and add ${process.env.USER ?? 'your user'} to the group docker`,
  };
  return `No Docker engine is reachable. Install and start ${how[process.platform] ?? 'a Docker engine'}.`;
}

if (isMain(import.meta.url)) {
  await main(async () => console.log(`Docker engine ${await ensureEngine()} answers.`));
}
