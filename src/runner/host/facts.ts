import { existsSync, mkdirSync } from 'node:fs';
import type { Package } from '../../artifact/package.js';
import { downloadDir, hostArtifactsDir } from '../../artifact/paths.js';
import type { Mount } from '../../backend/plans.js';
import type { Capabilities } from '../../backend/types.js';
import { fileError } from '../../util/files/file-error.js';
import { isNotCaller, userChoice } from '../plan/user-choice.js';
import type { Host } from '../run.js';
import { openAgentRelay } from './agent-relay.js';
import { callerIn } from './caller.js';
import { userMount } from './mount-option.js';
import { type Private, refusePrivate } from './private-places.js';
import { knownHostsOf, NO_AGENT, type SshAgent, sshAgent } from './ssh-agent.js';

/** What a plan needs to know of the host: looked up once, before the plan is made. */
export interface HostFacts {
  env: NodeJS.ProcessEnv;
  /** The caller, as the engine's containers number users. */
  user: { uid: number; gid: number };
  /** Whether the caller is root on the host. */
  callerIsRoot: boolean;
  /** The download cache, which is there; undefined where the engine does not see it. */
  downloads: string | undefined;
  /** The one that the package itself names, where the engine does not see it. */
  travelling: string | undefined;
  /** The artifacts that Nerves has; undefined where there are none, or the engine does not see them. */
  artifacts: string | undefined;
  /** Whether the engine sees the package's own directory. */
  sharesFiles: boolean;
  agent: SshAgent;
  /** The mounts that the user asks for, checked. */
  mounts: Mount[];
}

/**
 * Looks at the host, and has an SSH agent there for the steps until `use` has come to its end.
 * @throws ArtifactError FILE_ACCESS, DISK_FULL, and what {@link hostFacts} throws
 */
export async function withHostFacts<T>(
  pkg: Package,
  host: Host,
  capabilities: Capabilities,
  use: (facts: HostFacts) => Promise<T>,
): Promise<T> {
  const facts = hostFacts(pkg, host, capabilities);
  const ofCaller =
    facts.agent === NO_AGENT || capabilities.sshAgentSocket ? undefined : host.env.SSH_AUTH_SOCK;
  if (!ofCaller || !isNotCaller(userChoice(pkg, facts.callerIsRoot), host.user)) return await use(facts);
  const { home, socketPath, close } = await openAgentRelay(ofCaller, knownHostsOf(host.env)).catch(
    (error) => {
      throw fileError(error, 'give the steps the SSH agent of the caller');
    },
  );
  try {
    const env = { ...host.env, HOME: home };
    return await use({ ...facts, agent: sshAgent(env, { ...capabilities, sshAgentSocket: socketPath }) });
  } finally {
    await close();
  }
}

/**
 * Looks at the host, and makes the download cache.
 * @throws ArtifactError SSH_AGENT_MISSING, BAD_OPTION for a mount that exposes the machine, FILE_ACCESS, DISK_FULL
 */
export function hostFacts(pkg: Package, { env, user }: Host, capabilities: Capabilities): HostFacts {
  const { ssh_agent, mounts } = pkg.options.build_runner_config;
  const { sharesFiles, users, engineSocket } = capabilities;
  const own: Private = { env, engineSocket };
  return {
    env,
    user: callerIn(users, user),
    callerIsRoot: user.uid === 0,
    agent: ssh_agent ? sshAgent(env, capabilities) : NO_AGENT,
    mounts: mounts.map((mount) => userMount(mount, pkg, own)),
    sharesFiles,
    downloads: sharesFiles ? downloadsOf(pkg, own) : undefined,
    travelling: !sharesFiles && pkg.options.dl_dir ? downloadsOf(pkg, own) : undefined,
    artifacts: sharesFiles && existsSync(hostArtifactsDir(env)) ? hostArtifactsDir(env) : undefined,
  };
}

function downloadsOf({ workspaceRoot, options }: Package, own: Private): string {
  const path = downloadDir(own.env, workspaceRoot, options.dl_dir);
  const hint = 'Correct the option "dl_dir", or NERVES_DL_DIR.';
  refusePrivate(path, { tried: `use the download cache ${path}`, hint }, own);
  return madeDirectory(path);
}

function madeDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return path;
  } catch (error) {
    throw fileError(error, `create the download cache ${path}`);
  }
}
