import { join } from 'node:path';
import { SYSTEM_SOCKET } from '../transports/unix.js';
import { firstListening, type Place } from './sockets.js';
import type { Strategy, Surroundings } from './strategy.js';

/** Where Docker's engines listen: a system's, a rootless one, Docker Desktop. */
export const defaultSocket: Strategy = {
  name: "Docker's sockets",
  async find(surroundings) {
    const found = await firstListening(defaultSockets(surroundings), 'the socket');
    if (typeof found === 'string') return found;
    const { socketPath } = found.options;
    // where the docker CLI looks anyway, the user's own builder of buildx counts
    return socketPath === SYSTEM_SOCKET ? found : { ...found, cli: { DOCKER_HOST: `unix://${socketPath}` } };
  },
};

/** In the order in which they are tried. */
export function defaultSockets({ env, home, uid }: Pick<Surroundings, 'env' | 'home' | 'uid'>): Place[] {
  const runtimes = [env.XDG_RUNTIME_DIR, uid === undefined ? undefined : `/run/user/${uid}`];
  const rootless = [...new Set(runtimes)].flatMap((runtime) =>
    runtime ? [join(runtime, 'docker.sock')] : [],
  );
  return [
    { name: 'Docker', path: SYSTEM_SOCKET },
    ...rootless.map((path) => ({ name: 'rootless Docker', path })),
    { name: 'Docker Desktop', path: join(home, '.docker/run/docker.sock') },
    { name: 'Docker Desktop', path: join(home, '.docker/desktop/docker.sock') },
  ];
}
