import type Docker from 'dockerode';
import type { Capabilities, ContainerUsers } from '../../backend/types.js';
import { debug } from '../../util/debug.js';
import { engineMessage, statusOf } from './errors.js';
import type { Endpoint } from './transports/transport.js';

/** Where Docker Desktop, whose containers run in a virtual machine, has the SSH agent of the host. */
const DESKTOP_AGENT = '/run/host-services/ssh-auth.sock';

/** What an engine says of itself (Docker API, SystemInfo): "name=rootless", "name=seccomp,profile=builtin", ... */
export interface EngineInfo {
  SecurityOptions?: readonly string[] | null;
}

/** GET /info; nothing where the engine, or a proxy before it, refuses to answer. */
export async function engineInfo(docker: Docker, abortSignal: AbortSignal): Promise<EngineInfo> {
  try {
    return await (docker as { info(options: object): Promise<EngineInfo> }).info({ abortSignal });
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
  const isDesktop = /^Docker Desktop/.test(Platform?.Name ?? '');
  const users = usersOf(info);
  return {
    users,
    // with userns-remap what is mounted belongs to nobody in the container
    sharesFiles: local && users !== 'remapped',
    sshAgentSocket: isDesktop ? DESKTOP_AGENT : undefined,
    engineSocket: options.socketPath,
  };
}

function usersOf({ SecurityOptions }: EngineInfo): ContainerUsers {
  const names = (SecurityOptions ?? []).map((option) => option.split(',')[0]);
  if (names.includes('name=rootless')) return 'rootless';
  return names.includes('name=userns') ? 'remapped' : 'same';
}
