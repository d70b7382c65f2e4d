import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { MountSettings } from '../docker/session.js';
import { ArtifactError } from '../errors.js';

const SOCKET = '/run/nx-docker-artifact/ssh-agent.sock';
/** Docker Desktop passes the agent of the Mac into its virtual machine here. */
const DESKTOP_SOCKET = '/run/host-services/ssh-auth.sock';

/**
 * The mounts and variables for the user's SSH agent: its socket and known_hosts, never the rest of ~/.ssh.
 * @throws ArtifactError SSH_AGENT_MISSING before anything is built
 */
export function sshAgent(
  env: NodeJS.ProcessEnv,
  os = process.platform,
): { mounts: MountSettings[]; env: string[] } {
  const socket = os === 'darwin' ? DESKTOP_SOCKET : env.SSH_AUTH_SOCK;
  if (!socket || (os !== 'darwin' && !isSocket(socket))) {
    throw new ArtifactError('SSH_AGENT_MISSING', {
      tried: 'give the container the SSH agent (build_runner_config.ssh_agent)',
      cause: socket ? `SSH_AUTH_SOCK is ${socket}, which is no socket` : 'SSH_AUTH_SOCK is not set',
      hint: 'Start one: eval "$(ssh-agent)" && ssh-add',
    });
  }
  const mounts: MountSettings[] = [{ Type: 'bind', Source: socket, Target: SOCKET }];
  const hosts = join(env.HOME || homedir(), '.ssh/known_hosts');
  if (existsSync(hosts)) {
    mounts.push({ Type: 'bind', Source: hosts, Target: '/etc/ssh/ssh_known_hosts', ReadOnly: true });
  }
  return { mounts, env: [`SSH_AUTH_SOCK=${SOCKET}`] };
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}
