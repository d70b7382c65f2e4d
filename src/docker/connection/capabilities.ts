import type { DockerVersion } from 'dockerode';
import type { Capabilities } from '../../backend/types.js';
import type { Endpoint } from './transports/transport.js';

/** Where Docker Desktop, whose containers run in a virtual machine, has the SSH agent of the host. */
const DESKTOP_AGENT = '/run/host-services/ssh-auth.sock';

/** What an engine can do, by where it is and what it says of itself (Docker API, SystemVersion). */
export function capabilitiesOf({ local }: Endpoint, { Platform }: DockerVersion): Capabilities {
  const isDesktop = /^Docker Desktop/.test(Platform?.Name ?? '');
  return { sharesFiles: local, sshAgentSocket: isDesktop ? DESKTOP_AGENT : undefined };
}
