import { BUILDER } from './set-up.mjs';
import { tlsFlags } from './ways/tls.mjs';

/**
 * An engine to test on. Without a `system` it is the one that the tests use anyway.
 * @typedef {object} Row
 * @property {import('./systems.mjs').System} [system] the Debian that has it
 * @property {(at: Places) => string[]} [command]
 * @property {Record<string, string>} [env]
 * @property {object} [config] daemon.json
 * @property {boolean} [rootless] run by {@link BUILDER}, as are the tests
 * @property {boolean} [hybrid] whether it takes both cgroup hierarchies at once
 * @property {boolean} [hidden] it does not see our files, and its host has another name
 * @property {'tls' | 'ssh'} [way] how the tests reach it, if not by its socket
 * @property {boolean} [slow] over a line with a delay of 50 ms each way and 10 Mbit/s, made by a proxy
 * @property {boolean} [job] the tests are a container of the engine's machine that has its socket, and files of its own
 * @typedef {{ socket: string, data: string, config: string, directory: string, name: string }} Places
 */

const dockerd =
  (...flags) =>
  ({ socket, data, config, name }) => [
    ...['dockerd', '--data-root', data, '--exec-root', '/run/docker', '--pidfile', '/run/docker.pid'],
    ...['--host', `unix://${socket}`, '--config-file', config, '--cgroup-parent', `/${name}`, ...flags],
  ];

const podman =
  (...flags) =>
  ({ socket, data }) => [
    'podman',
    '--root',
    data,
    ...flags,
    'system',
    'service',
    '--time=0',
    `unix://${socket}`,
  ];

const OVERLAY = ['--storage-driver', 'overlay2'];
const ROOTFUL = ['--runroot', '/run/podman'];
/** @type {Row} */
const TLS = {
  system: 'sid-docker',
  command: (at) => dockerd(...OVERLAY, ...tlsFlags(at.directory))(at),
  hidden: true,
  way: 'tls',
};
const IGNORE_V1 = { PODMAN_IGNORE_CGROUPSV1_WARNING: '1' };

/** @type {Record<string, Row>} */
export const ROWS = {
  'docker-20.10': {},
  // whatever DOCKER_HOST or the context leads to, where it is named
  yours: {},
  'docker-26.1': { system: 'trixie-docker', command: dockerd(...OVERLAY) },
  'docker-28.5': { system: 'sid-docker', command: dockerd(...OVERLAY) },
  // the image store and the oldest API of Docker 29
  'docker-28.5-containerd': {
    system: 'sid-docker',
    command: dockerd(),
    env: { DOCKER_MIN_API_VERSION: '1.44' },
    config: { features: { 'containerd-snapshotter': true } },
  },
  // as behind a socket that is forwarded from another machine
  'docker-28.5-hidden': { system: 'sid-docker', command: dockerd(...OVERLAY), hidden: true },
  'docker-28.5-tls': TLS,
  'docker-28.5-tls-slow': { ...TLS, slow: true },
  'docker-28.5-ssh': {
    system: 'sid-ssh',
    command: dockerd(...OVERLAY, '--host', 'unix:///run/docker.sock'),
    hidden: true,
    way: 'ssh',
  },
  // docker-in-docker by the socket of the host
  'docker-28.5-shared': { system: 'sid-docker', command: dockerd(...OVERLAY), job: true },
  'docker-rootless': {
    system: 'sid-rootless',
    command: ({ socket, data }) => [
      '/usr/share/docker.io/contrib/dockerd-rootless.sh',
      ...['--data-root', data, '--host', `unix://${socket}`],
    ],
    env: { DOCKERD_ROOTLESS_ROOTLESSKIT_NET: 'slirp4netns' },
    rootless: true,
  },
  'podman-4.3': { system: 'bookworm-podman', command: podman(...ROOTFUL), hybrid: false },
  'podman-5.4': { system: 'trixie-podman', command: podman(...ROOTFUL), env: IGNORE_V1, hybrid: false },
  'podman-5.8': { system: 'sid-podman', command: podman(...ROOTFUL), env: IGNORE_V1, hybrid: false },
  'podman-rootless': {
    system: 'sid-rootless',
    command: podman('--cgroup-manager', 'cgroupfs'),
    env: IGNORE_V1,
    rootless: true,
  },
};

/** Those that the command line names, or all that are known. */
export function rowsOf(names) {
  const unknown = names.filter((name) => !ROWS[name]);
  if (unknown.length > 0)
    throw new Error(`Unknown: ${unknown.join(', ')}. The engines are: ${Object.keys(ROWS).join(', ')}.`);
  return names.length > 0 ? names : Object.keys(ROWS).filter((name) => name !== 'yours');
}

/** @param {Row} row */
export const userOf = ({ rootless }) => (rootless ? BUILDER : undefined);
