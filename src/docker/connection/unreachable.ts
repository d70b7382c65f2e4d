import { ArtifactError, systemCode } from '../../errors.js';
import { engineMessage, statusOf } from './errors.js';
import type { Endpoint } from './transports/transport.js';

/** The error for an engine that cannot be reached where it was found, with the other places that were looked at. */
export function unreachable(endpoint: Endpoint, error: unknown, refused: readonly string[]): ArtifactError {
  const { address, source, tunnel } = endpoint;
  const tried = `reach the Docker engine at ${address} (from ${source})`;
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new ArtifactError('ENGINE_DENIED', {
      tried,
      cause: 'permission denied on its socket',
      hint: 'Add yourself to the group that owns the socket (sudo usermod -aG docker "$USER", then log in again), or use rootless Docker.',
    });
  }
  return new ArtifactError('ENGINE_UNREACHABLE', {
    tried,
    cause: statusOf(error) !== undefined ? engineMessage(error) : error,
    details: refused.map((line) => `not taken: ${line}`),
    hint: tunnel ? sshHint(tunnel.destination) : HINT,
  });
}

const HINT =
  'Start Docker (Docker Desktop, or `sudo systemctl start docker`), or point DOCKER_HOST or `docker context use` at a running engine.';

function sshHint(destination: string): string {
  return `\`ssh ${destination} docker version\` must work without a question: have the key in an agent, the host in known_hosts.`;
}
