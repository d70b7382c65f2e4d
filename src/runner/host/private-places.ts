import { readdirSync, realpathSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ArtifactError } from '../../errors.js';
import { statOf } from '../../util/files/stat-of.js';

/** Something of the host that is never given to a build. */
interface Place {
  path: string;
  /** For messages. */
  what: string;
}

/** Who hosts are is not a secret, and ssh in a build needs to know it. */
const KNOWN_HOSTS = 'known_hosts';
const SOCKET_NAME = /\/(docker|podman|containerd|buildkitd)\.sock$/;
const SOCKETS = [
  '/run/docker.sock',
  '/run/podman/podman.sock',
  '/run/containerd/containerd.sock',
  '/run/buildkit/buildkitd.sock',
];
const SOCKET = "the engine's socket";

/** Whose private places these are, and the socket of the engine that is used, if it is one. */
export interface Private {
  env: NodeJS.ProcessEnv;
  engineSocket: string | undefined;
}

function placesOf({ env, engineSocket }: Private): Place[] {
  const home = env.HOME || homedir();
  return [
    ...[engineSocket, ...SOCKETS].flatMap((path) => (path ? [{ path, what: SOCKET }] : [])),
    { path: join(home, '.ssh'), what: '~/.ssh' },
    { path: join(home, '.docker'), what: '~/.docker' },
    ...(env.DOCKER_CONFIG ? [{ path: resolve(env.DOCKER_CONFIG), what: 'DOCKER_CONFIG' }] : []),
    { path: '/run/user', what: '/run/user' },
    ...(isOwnersAlone(env.XDG_RUNTIME_DIR) ? [{ path: env.XDG_RUNTIME_DIR, what: 'XDG_RUNTIME_DIR' }] : []),
  ];
}

/** As XDG_RUNTIME_DIR is where a session has one; elsewhere people set it to /tmp (XDG Base Directory Specification). */
function isOwnersAlone(path: string | undefined): path is string {
  const there = path ? statOf(path) : undefined;
  return there !== undefined && (there.mode & 0o077) === 0;
}

/**
 * Refuses a path that is, contains or lies in one of the private places. Files and directories are known by their device and inode:
 * another name, a link, a hard link and a second mount of the same directory lead to the same thing.
 * @throws ArtifactError BAD_OPTION
 */
export function refusePrivate(
  path: string,
  { tried, hint }: Record<'tried' | 'hint', string>,
  of: Private,
): void {
  const isSocket = [path, existing(path)].some((name) => SOCKET_NAME.test(name));
  const what = isSocket ? SOCKET : privatePlaceAt(path, placesOf(of));
  if (what)
    throw new ArtifactError('BAD_OPTION', { tried, cause: `${what} is never given to a build`, hint });
}

function privatePlaceAt(path: string, places: readonly Place[]): string | undefined {
  const own = statOf(path);
  const around = identitiesUpFrom(path);
  return places.find((place) => {
    const there = statOf(place.path);
    if (!there) return false;
    if (identitiesUpFrom(place.path).has(identity(own))) return true;
    if (around.has(identity(there))) return !(place.what === '~/.ssh' && path.endsWith(`/${KNOWN_HOSTS}`));
    return own?.isFile() && own.nlink > 1 && there.isDirectory() && hasFile(place.path, own);
  })?.what;
}

function hasFile(directory: string, file: Stats): boolean {
  const names = readdirSync(directory).filter((name) => name !== KNOWN_HOSTS);
  return names.some((name) => identity(statOf(join(directory, name))) === identity(file));
}

/** Of what the path leads to, and of each directory above that. */
function identitiesUpFrom(path: string): Set<string> {
  const identities = new Set<string>();
  for (let at = existing(path); ; at = dirname(at)) {
    identities.add(identity(statOf(at)));
    if (at === dirname(at)) return identities;
  }
}

/** Where the path leads to; of what is not there the nearest directory above, in which the engine would make it. */
function existing(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === dirname(path) ? path : existing(dirname(path));
  }
}

function identity(stat: Stats | undefined): string {
  return stat ? `${stat.dev}:${stat.ino}` : 'nothing';
}
