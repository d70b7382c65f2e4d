import { homedir } from 'node:os';
import { join } from 'node:path';
import { debug } from '../../util/debug.js';
import { DEFAULT_SOURCE, defaultSocket } from './strategies/default-socket.js';
import { dockerContext } from './strategies/docker-context.js';
import { dockerHost } from './strategies/docker-host.js';
import type { Strategy } from './strategies/strategy.js';
import type { Endpoint } from './transports/transport.js';
import { SYSTEM_SOCKET, socketEndpoint } from './transports/unix.js';

/** In the docker CLI's own order. */
const STRATEGIES: readonly Strategy[] = [dockerHost, dockerContext, defaultSocket];

/**
 * The engine that the docker CLI would use.
 * @throws ArtifactError ENGINE_UNSUPPORTED for ssh:// and anything unknown, ENGINE_UNREACHABLE for a lost context
 */
export function findEndpoint(env: NodeJS.ProcessEnv, home = env.HOME || homedir()): Endpoint {
  const surroundings = { env, home, config: env.DOCKER_CONFIG || join(home, '.docker') };
  for (const { name, find } of STRATEGIES) {
    const found = find(surroundings);
    if (typeof found !== 'string') {
      debug('engine: %s, from %s', found.address, found.source);
      return found;
    }
    debug('engine: not by %s: %s', name, found);
  }
  return socketEndpoint(SYSTEM_SOCKET, DEFAULT_SOURCE); // whose error then says that nothing is there
}
