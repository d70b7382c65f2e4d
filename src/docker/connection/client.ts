import Docker from 'dockerode';
import type { Endpoint } from './endpoint.js';

/**
 * A client for an engine that speaks `apiVersion` ("1.44"), or the engine's own version where none is given.
 * @param signal ends every request that has no `abortSignal` of its own: an engine that answers late, or never, must
 *   not hold up an interrupt
 */
export function client(endpoint: Endpoint, apiVersion?: string, signal?: AbortSignal): Docker {
  const docker = clientOf(endpoint, apiVersion);
  if (!signal) return docker;
  const modem = docker.modem as { dial(options: { abortSignal?: AbortSignal }, done: unknown): void };
  const dial = modem.dial.bind(modem);
  modem.dial = (options, done) => dial({ ...options, abortSignal: options.abortSignal ?? signal }, done);
  return docker;
}

function clientOf(endpoint: Endpoint, apiVersion?: string): Docker {
  const version = apiVersion && `v${apiVersion}`;
  if (endpoint.kind === 'socket') {
    const { socketPath } = endpoint;
    return withoutDockerHost(() => new Docker({ socketPath, version }));
  }
  const { host, port, tls } = endpoint;
  const protocol = tls ? 'https' : 'http';
  const options = { host, port, protocol, socketPath: undefined, ...tls, version } as Docker.DockerOptions;
  return withoutDockerHost(() => new Docker(options));
}

/**
 * docker-modem fills gaps in our options from the DOCKER_* variables of its own process, and throws when they name
 * certificates that are not there; without DOCKER_HOST it looks at none of them.
 */
function withoutDockerHost<T>(make: () => T): T {
  const { DOCKER_HOST } = process.env;
  delete process.env.DOCKER_HOST;
  try {
    return make();
  } finally {
    if (DOCKER_HOST !== undefined) process.env.DOCKER_HOST = DOCKER_HOST;
  }
}
