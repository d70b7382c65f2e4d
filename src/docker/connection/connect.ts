import type Docker from 'dockerode';
import type { Capabilities } from '../../backend/types.js';
import { ArtifactError, systemCode } from '../../errors.js';
import { withTimeout } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { debug } from '../../util/debug.js';
import { capabilitiesOf, engineInfo } from './capabilities.js';
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
 * Connects to the engine of `env` (see {@link findEndpoint}), negotiates the API version (GET /version), and asks what it
 * can do (GET /info).
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
  const about = await ask(endpoint, timeoutMs, signal, (abortSignal) => askVersion(endpoint, abortSignal));
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
  const docker = client(endpoint, apiVersion, signal);
  const info = await ask(endpoint, timeoutMs, signal, (abortSignal) => engineInfo(docker, abortSignal));
  debug('engine: %s', (info.SecurityOptions ?? []).join(' ') || 'no security options');
  return {
    docker,
    version: about.Version,
    apiVersion,
    capabilities: capabilitiesOf(endpoint, about, info),
    address,
  };
}

/** One answer within the time limit, or an error that says that the engine is not there. */
async function ask<T>(
  endpoint: Endpoint,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  request: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = withTimeout(timeoutMs, signal ?? new AbortController().signal);
  try {
    return await request(limit.signal);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const cause = limit.signal.aborted ? new Error(`it did not answer within ${timeoutMs / 1000} s`) : error;
    throw connectError(cause, `reach the Docker engine at ${endpoint.address} (from ${endpoint.source})`);
  } finally {
    limit.end();
  }
}

async function askVersion(endpoint: Endpoint, abortSignal: AbortSignal): Promise<Docker.DockerVersion> {
  const docker = client(endpoint) as {
    version(options: object): Promise<Docker.DockerVersion | undefined>;
  };
  const about = await docker.version({ abortSignal });
  if (typeof about?.ApiVersion === 'string') return about;
  throw new Error('what answers there is not a Docker engine');
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
