import { homedir } from 'node:os';
import { join } from 'node:path';
import { debug } from '../../util/debug.js';
import { defaultSocket } from './strategies/default-socket.js';
import { dockerContext } from './strategies/docker-context.js';
import { dockerHost } from './strategies/docker-host.js';
import { engineOption } from './strategies/engine-option.js';
import { otherSocket } from './strategies/other-socket.js';
import type { Strategy, Surroundings } from './strategies/strategy.js';
import type { Endpoint } from './transports/transport.js';
import { SYSTEM_SOCKET, socketEndpoint } from './transports/unix.js';

/** The package's option; then in the docker CLI's own order; then what the docker CLI does not know. */
const STRATEGIES: readonly Strategy[] = [engineOption, dockerHost, dockerContext, defaultSocket, otherSocket];

/** What a search for the engine found. */
export interface Found {
  endpoint: Endpoint;
  /** Of each way that was tried before, why it was not taken: "DOCKER_HOST: DOCKER_HOST is not set". */
  refused: string[];
}

/** The surroundings of a process in which these variables are set. */
export function surroundingsOf(env: NodeJS.ProcessEnv, engine?: string): Surroundings {
  const home = env.HOME || homedir();
  const config = env.DOCKER_CONFIG || join(home, '.docker');
  return { env, home, config, engine, uid: process.getuid?.() };
}

/**
 * The engine that the package names, else the one that the docker CLI would use, else any that is known to listen.
 * @throws ArtifactError ENGINE_UNSUPPORTED for an unknown address, ENGINE_UNREACHABLE for a lost context
 */
export async function findEndpoint(surroundings: Surroundings): Promise<Found> {
  const refused: string[] = [];
  for (const { name, find } of STRATEGIES) {
    const found = await find(surroundings);
    if (typeof found !== 'string') {
      for (const place of found.passed ?? []) {
        refused.push(`${name}: ${place}`);
        debug('engine: not by %s: %s', name, place);
      }
      debug('engine: %s, from %s', found.address, found.source);
      return { endpoint: found, refused };
    }
    refused.push(`${name}: ${found}`);
    debug('engine: not by %s: %s', name, found);
  }
  return { endpoint: socketEndpoint(SYSTEM_SOCKET, 'the default socket'), refused };
}
