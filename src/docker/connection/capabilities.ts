import type Docker from 'dockerode';
import type { Capabilities, ContainerUsers } from '../../backend/types.js';
import { debug } from '../../util/debug.js';
import { engineMessage, statusOf } from './errors.js';
import type { Endpoint } from './transports/transport.js';

/** Where Docker Desktop, whose containers run in a virtual machine, has the SSH agent of the host. */
const DESKTOP_AGENT = '/run/host-services/ssh-auth.sock';

/** What an engine says of itself (Docker API, SystemInfo): "name=rootless", "name=seccomp,profile=builtin", ... */
export interface EngineInfo {
  /** The name of its host, and where it keeps its files there. */
  Name?: string;
  DockerRootDir?: string;
  /** "1", "2"; of control groups, which limits are held by. */
  CgroupVersion?: string;
  /** False where there are none for it. */
  MemoryLimit?: boolean;
  CpuCfsQuota?: boolean;
  /** Containers go on while it is restarted. */
  LiveRestoreEnabled?: boolean;
  SecurityOptions?: readonly string[] | null;
}

/** GET /info; nothing where the engine, or a proxy before it, refuses to answer. */
export async function engineInfo(docker: Docker): Promise<EngineInfo> {
  try {
    return await docker.info();
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    debug('engine: GET /info was refused: %s', engineMessage(error));
    return {};
  }
}

/** What an engine can do, by where it is and what it says of itself (Docker API, SystemVersion and SystemInfo). */
export function capabilitiesOf(
  { local, options }: Endpoint,
  { Platform }: Docker.DockerVersion,
  info: EngineInfo,
): Capabilities {
  const isDesktop = isDockerDesktop(Platform);
  const users = usersOf(info);
  return {
    users,
    // with userns-remap what is mounted belongs to nobody in the container
    sharesFiles: local && users !== 'remapped',
    ignoredLimits: ignoredLimits(info, users),
    sshAgentSocket: isDesktop ? DESKTOP_AGENT : undefined,
    engineSocket: options.socketPath,
  };
}

/** Without root there are no limits by the first version of control groups, whatever Podman says of them. */
function ignoredLimits(info: EngineInfo, users: ContainerUsers): Capabilities['ignoredLimits'] {
  if (users === 'rootless' && info.CgroupVersion === '1') return ['memory', 'cpus'];
  const limits = [
    ['memory', info.MemoryLimit],
    ['cpus', info.CpuCfsQuota],
  ] as const;
  return limits.flatMap(([name, holds]) => (holds === false ? [name] : []));
}

/**
 * Whether what an engine on a socket of this machine sees at our paths is certainly ours. The socket may be forwarded from
 * another machine, or mounted in a container that this is: then the host has another name, or keeps its files elsewhere.
 */
export function isSurelyHere(
  { local }: Endpoint,
  { Platform }: Docker.DockerVersion,
  { Name, DockerRootDir }: EngineInfo,
  machine: { name: string; has: (path: string) => boolean },
): boolean {
  if (!local || isDockerDesktop(Platform)) return local;
  return Name === machine.name && DockerRootDir !== undefined && machine.has(DockerRootDir);
}

function isDockerDesktop(platform: Docker.DockerVersion['Platform']): boolean {
  return /^Docker Desktop/.test(platform?.Name ?? '');
}

/** "name=rootless", "name=seccomp" and so on. */
export function securityOptions({ SecurityOptions }: EngineInfo): string[] {
  return (SecurityOptions ?? []).map((option) => option.split(',')[0] ?? '');
}

function usersOf(info: EngineInfo): ContainerUsers {
  const names = securityOptions(info);
  if (names.includes('name=rootless')) return 'rootless';
  return names.includes('name=userns') ? 'remapped' : 'same';
}
