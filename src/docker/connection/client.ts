import Docker from 'dockerode';
import { debug } from '../../util/debug.js';
import { logRequests } from './request-log.js';
import { type Limits, limitAnswers } from './time-limits.js';
import type { Endpoint } from './transports/transport.js';

/**
 * A client for an engine that speaks `apiVersion` ("1.44"), or the engine's own version where none is given. An engine
 * that answers late, or never, must hold up neither an interrupt nor its caller.
 */
export function client({ options }: Endpoint, apiVersion: string | undefined, limits: Limits): Docker {
  const version = apiVersion && `v${apiVersion}`;
  const docker = withoutDockerHost(() => new Docker({ ...options, version }));
  if (debug.enabled) logRequests(docker);
  limitAnswers(docker, limits);
  return docker;
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
