import type Docker from 'dockerode';
import type { Capabilities } from '../../backend/types.js';
import { ArtifactError, systemCode } from '../../errors.js';
import { deadline } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { debug } from '../../util/debug.js';
import { capabilitiesOf } from './capabilities.js';
import { client } from './client.js';
import { findEndpoint } from './endpoint.js';
import { engineMessage, statusOf } from './errors.js';
import type { Endpoint } from './transports/transport.js';
import { negotiateApiVersion } from './version.js';

/** The newest API this code was written for, and the oldest that has everything it needs (Docker Engine 20.10). */
const WANTED_API = '1.44';
const OLDEST_API = '1.41';

/** A connection to a Docker engine whose API version is negotiated. */
export interface Engine {
  docker: Docker;
  /** "20.10.24", as the engine says it. */
  version: string;
  apiVersion: string;
  capabilities: Capabilities;
  /** For messages: "/var/run/docker.sock" or "tcp://host:2375". */
  address: string;
}

/**
 * Connects to the engine of `env` (see {@link findEndpoint}) and negotiates the API version (GET /version).
 * @param signal ends this, and later every request that does not bring a signal of its own
 * @throws ArtifactError ENGINE_UNREACHABLE, ENGINE_DENIED, ENGINE_TOO_OLD, ENGINE_UNSUPPORTED
 */
export async function connect(
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
  timeoutMs: number = DEADLINES.connect,
): Promise<Engine> {
  const endpoint = findEndpoint(env);
  const { address } = endpoint;
  const about = await askVersion(endpoint, timeoutMs, signal);
  const apiVersion = negotiateApiVersion({
    wanted: WANTED_API,
    min: about.MinAPIVersion ?? '1.12',
    max: about.ApiVersion,
  });
  if (
    !apiVersion ||
    negotiateApiVersion({ wanted: OLDEST_API, min: OLDEST_API, max: apiVersion }) === undefined
  ) {
    throw new ArtifactError('ENGINE_TOO_OLD', {
      tried: `use the Docker engine at ${address}`,
      cause: `it is version ${about.Version} with API ${about.ApiVersion}; API ${OLDEST_API} is the oldest supported`,
      hint: 'Update to Docker Engine 20.10 or newer.',
    });
  }
  debug('engine: version %s, API %s', about.Version, apiVersion);
  return {
    docker: client(endpoint, apiVersion, signal),
    version: about.Version,
    apiVersion,
    capabilities: capabilitiesOf(endpoint, about),
    address,
  };
}

async function askVersion(endpoint: Endpoint, timeoutMs: number, signal?: AbortSignal) {
  const timeout = deadline(timeoutMs);
  const abortSignal = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    const docker = client(endpoint) as {
      version(options: object): Promise<Docker.DockerVersion | undefined>;
    };
    const about = await docker.version({ abortSignal });
    if (typeof about?.ApiVersion === 'string') return about;
    throw new Error('what answers there is not a Docker engine');
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const cause = timeout.aborted ? new Error(`it did not answer within ${timeoutMs / 1000} s`) : error;
    throw connectError(cause, `reach the Docker engine at ${endpoint.address} (from ${endpoint.source})`);
  }
}

function connectError(error: unknown, tried: string): ArtifactError {
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new ArtifactError('ENGINE_DENIED', {
      tried,
      cause: `permission denied on its socket`,
      hint: 'Add yourself to the group that owns the socket (sudo usermod -aG docker "$USER", then log in again), or use rootless Docker.',
    });
  }
  return new ArtifactError('ENGINE_UNREACHABLE', {
    tried,
    cause: statusOf(error) !== undefined ? engineMessage(error) : error,
    hint: 'Start Docker (Docker Desktop, or `sudo systemctl start docker`), or point DOCKER_HOST or `docker context use` at a running engine.',
  });
}
