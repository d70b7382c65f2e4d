import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Mount } from '../../backend/plans.js';
import type { Capabilities } from '../../backend/types.js';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { ArtifactError } from '../../errors.js';
import { statOf } from '../../util/files/stat-of.js';

const SOCKET = `/run/${PLUGIN}/ssh-agent.sock`;

export interface SshAgent {
  mounts: Mount[];
  env: string[];
  /** What belongs to root in the container, and every user needs. */
  worldWritable: string[];
}

const HERE = 'Build on an engine on this machine, without userns-remap.';

export const NO_AGENT: SshAgent = { mounts: [], env: [], worldWritable: [] };

/**
 * The mounts and variables for the user's SSH agent: its socket and known_hosts, never the rest of ~/.ssh.
 * @throws ArtifactError SSH_AGENT_MISSING
 */
export function sshAgent(
  env: NodeJS.ProcessEnv,
  { sharesFiles, sshAgentSocket, users }: Pick<Capabilities, 'sharesFiles' | 'sshAgentSocket' | 'users'>,
): SshAgent {
  if (users === 'remapped')
    throw missing('the engine has userns-remap, so that no user of a container may use it', HERE);
  if (!sharesFiles) throw missing('the engine does not see the files of this machine', HERE);
  const socket = sshAgentSocket ?? ownSocket(env);
  const mounts: Mount[] = [{ type: 'bind', source: socket, target: SOCKET }];
  const hosts = knownHostsOf(env);
  if (existsSync(hosts)) {
    mounts.push({ type: 'bind', source: hosts, target: '/etc/ssh/ssh_known_hosts', readonly: true });
  }
  return { mounts, env: [`SSH_AUTH_SOCK=${SOCKET}`], worldWritable: sshAgentSocket ? [SOCKET] : [] };
}

/** Where the user's ssh keeps the keys of the hosts that it has met (ssh(1)). */
export function knownHostsOf(env: NodeJS.ProcessEnv): string {
  return join(env.HOME || homedir(), '.ssh/known_hosts');
}

function ownSocket({ SSH_AUTH_SOCK: socket }: NodeJS.ProcessEnv): string {
  if (socket && statOf(socket)?.isSocket()) return socket;
  const cause = socket ? `SSH_AUTH_SOCK is ${socket}, which is not a socket` : 'SSH_AUTH_SOCK is not set';
  throw missing(cause, 'Start one: eval "$(ssh-agent)" && ssh-add');
}

function missing(cause: string, hint: string): ArtifactError {
  return new ArtifactError('SSH_AGENT_MISSING', {
    tried: 'give the container the SSH agent (build_runner_config.ssh_agent)',
    cause,
    hint,
  });
}
