import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import type { Package } from '../../artifact/package.js';
import type { Mount } from '../../backend/plans.js';
import { ArtifactError } from '../../errors.js';
import type { MountOption } from '../../options/schema.js';

const ENGINE_SOCKET = /\/(docker|podman|containerd)\.sock$/;
const SOCKETS = ['/run/docker.sock', '/run/podman/podman.sock', '/run/containerd/containerd.sock'];

/**
 * A mount of `build_runner_config.mounts`.
 * @throws ArtifactError BAD_OPTION for the engine's socket and ~/.ssh, by whatever name and in whatever directory
 */
export function userMount(
  { type, source, target, readonly }: MountOption,
  pkg: Package,
  env: NodeJS.ProcessEnv,
): Mount {
  if (type !== 'bind') return { type, source: source ?? '', target, readonly };
  const path = resolve(pkg.root, source ?? '.');
  if (givesAway(real(path), real(join(env.HOME || homedir(), '.ssh')))) {
    throw new ArtifactError('BAD_OPTION', {
      tried: `mount ${path}`,
      cause: "the engine's socket and ~/.ssh are never given to a build",
      hint: 'For SSH keys use "ssh_agent": true.',
    });
  }
  return { type, source: path, target, readonly };
}

/** Who hosts are is not a secret; a socket gives away the machine. */
function givesAway(path: string, ssh: string): boolean {
  if (ENGINE_SOCKET.test(path) || SOCKETS.some((socket) => isBelow(real(socket), path))) return true;
  return isBelow(ssh, path) || (isBelow(path, ssh) && basename(path) !== 'known_hosts');
}

function isBelow(path: string, directory: string): boolean {
  return !/^\.\.(\/|$)/.test(relative(directory, path));
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
