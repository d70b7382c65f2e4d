import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SYSTEM_SOCKET, socketEndpoint } from '../transports/unix.js';
import type { Strategy, Surroundings } from './strategy.js';

/** Where a system's engine, a rootless one and Docker Desktop listen. */
export const defaultSocket: Strategy = {
  name: 'default socket',
  find(surroundings) {
    const sockets = defaultSockets(surroundings);
    const there = defaultSocketOf(sockets);
    return there ? socketEndpoint(there, DEFAULT_SOURCE) : `nothing is at ${sockets.join(', ')}`;
  },
};

export const DEFAULT_SOURCE = 'the default socket';

/** In the order in which they are tried. */
export function defaultSockets(
  { env, home }: Pick<Surroundings, 'env' | 'home'>,
  system = SYSTEM_SOCKET,
): string[] {
  const rootless = env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'docker.sock')] : [];
  return [system, ...rootless, join(home, '.docker/run/docker.sock')];
}

/** The first that is there. */
export function defaultSocketOf(sockets: readonly string[]): string | undefined {
  return sockets.find((path) => existsSync(path));
}
