import { join } from 'node:path';
import { firstListening, type Place } from './sockets.js';
import type { Strategy, Surroundings } from './strategy.js';

/** Where other engines with Docker's API listen, which the docker CLI does not find by itself. */
export const otherSocket: Strategy = {
  name: 'the sockets of others',
  async find(surroundings) {
    const found = await firstListening(otherSockets(surroundings), 'the socket');
    if (typeof found === 'string') return found;
    return {
      ...found,
      cli: { DOCKER_HOST: `unix://${found.options.socketPath}`, DOCKER_CONTEXT: undefined },
    };
  },
};

/** In the order in which they are tried; of Podman's the caller's own first. */
export function otherSockets({ env, home, uid }: Pick<Surroundings, 'env' | 'home' | 'uid'>): Place[] {
  const runtime = env.XDG_RUNTIME_DIR || (uid === undefined ? undefined : `/run/user/${uid}`);
  const machine = 'Podman machine';
  const at = (name: string, ...paths: (string | undefined)[]) =>
    paths.flatMap((path) => (path ? [{ name, path }] : []));
  return [
    ...at('rootless Podman', runtime && join(runtime, 'podman/podman.sock')),
    ...at('Podman', '/run/podman/podman.sock'),
    ...at(machine, env.TMPDIR && join(env.TMPDIR, 'podman/podman-machine-default-api.sock')),
    ...at(machine, join(home, '.local/share/containers/podman/machine/podman.sock')),
    ...at('Colima', join(env.COLIMA_HOME || join(home, '.colima'), 'default/docker.sock')),
    ...at('Colima', join(env.XDG_CONFIG_HOME || join(home, '.config'), 'colima/default/docker.sock')),
    ...at('Rancher Desktop', join(home, '.rd/docker.sock')),
    ...at('OrbStack', join(home, '.orbstack/run/docker.sock')),
    ...at('socktainer', join(home, '.socktainer/container.sock')),
  ];
}
