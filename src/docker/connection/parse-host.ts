import { ssh } from './transports/ssh.js';
import { tcp } from './transports/tcp.js';
import { type Endpoint, type Tls, type Transport, unsupported } from './transports/transport.js';
import { unix } from './transports/unix.js';

/** Every way to an engine. A new one is a file in `transports` and a name here. */
const TRANSPORTS: readonly Transport[] = [unix, tcp, ssh];

/**
 * Parses an address as DOCKER_HOST and docker contexts have it; one without a scheme is `tcp://`.
 * @throws ArtifactError ENGINE_UNSUPPORTED
 */
export function parseHost(address: string, source: string, tls?: Tls): Endpoint {
  // `unix:/x` is one without the slashes
  const scheme = /^([a-z]+):\/\//.exec(address)?.[1] ?? (address.startsWith('unix:') ? 'unix' : undefined);
  const transport = TRANSPORTS.find(({ schemes }) => schemes.includes(scheme ?? 'tcp'));
  if (!transport) throw unsupported(address, source, `${scheme} addresses are not supported`);
  return transport.endpoint(scheme || address.includes('://') ? address : `tcp://${address}`, source, tls);
}
