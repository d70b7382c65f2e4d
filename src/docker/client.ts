import Docker from 'dockerode';
import type { Endpoint } from './endpoint.js';

/** A client for an engine that speaks `apiVersion` ("1.44"), or the engine's own version where none is given. */
export function client(endpoint: Endpoint, apiVersion?: string): Docker {
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
