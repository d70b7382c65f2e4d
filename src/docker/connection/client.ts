import Docker from 'dockerode';
import { debug } from '../../util/debug.js';
import { logRequests } from './request-log.js';
import type { Endpoint } from './transports/transport.js';

/**
 * A client for an engine that speaks `apiVersion` ("1.44"), or the engine's own version where none is given.
 * @param signal ends every request that has no `abortSignal` of its own: an engine that answers late, or never, must
 *   not hold up an interrupt
 */
export function client({ options }: Endpoint, apiVersion?: string, signal?: AbortSignal): Docker {
  const version = apiVersion && `v${apiVersion}`;
  const docker = withoutDockerHost(() => new Docker({ ...options, version }));
  if (debug.enabled) logRequests(docker);
  if (signal) endWith(docker, signal);
  return docker;
}

function endWith(docker: Docker, signal: AbortSignal): void {
  const modem = docker.modem as { dial(options: { abortSignal?: AbortSignal }, done: unknown): void };
  const dial = modem.dial.bind(modem);
  modem.dial = (options, done) => dial({ ...options, abortSignal: options.abortSignal ?? signal }, done);
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
