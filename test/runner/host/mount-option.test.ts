import { chmod, link, mkdir, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import type { MountOption } from '../../../src/options/types.js';
import { userMount } from '../../../src/runner/host/mount-option.js';
import { compile, writeScript } from '../../support/compiled.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

/** A home with private places, the socket of an engine beside it, and a package in it. */
async function setUp() {
  const top = await temporaryDirectory('top');
  const home = join(top, 'home');
  await writeFiles(home, {
    '.ssh/id_ed25519': '',
    '.ssh/known_hosts': '',
    '.sshx/file': '',
    '.docker/config.json': '',
    'src/alpha/x': '',
  });
  await writeFiles(top, { 'engine/socket': '', 'session/bus': '', 'config/config.json': '' });
  await chmod(join(top, 'session'), 0o700);
  const pkg = { root: join(home, 'src/alpha') };
  const env: NodeJS.ProcessEnv = {
    HOME: home,
    DOCKER_CONFIG: join(top, 'config'),
    XDG_RUNTIME_DIR: join(top, 'session'),
  };
  const mount = (source?: string, more: Partial<MountOption> = {}) =>
    userMount({ type: 'bind', target: '/x', readonly: false, source, ...more }, pkg, {
      env,
      engineSocket: join(top, 'engine/socket'),
    });
  return { top, home, pkg, env, mount };
}

const refused = (what?: string) =>
  expect.objectContaining({
    code: 'BAD_OPTION',
    message: expect.stringMatching(
      what ? `: ${what} is never given to a build` : / is never given to a build/,
    ),
  });

test('userMount() passes volumes and tmpfs on', async () => {
  const { mount } = await setUp();
  expect(mount('ccache', { type: 'volume' })).toEqual({
    ...{ type: 'volume', source: 'ccache', target: '/x', readonly: false },
  });
  expect(mount(undefined, { type: 'tmpfs', readonly: true })).toEqual({
    ...{ type: 'tmpfs', source: '', target: '/x', readonly: true },
  });
});

test('userMount() resolves a host path from the package', async () => {
  const { home, pkg, mount } = await setUp();
  expect(mount('../beta').source).toBe(join(home, 'src/beta'));
  expect(mount(undefined).source).toBe(pkg.root);
  expect(mount(join(home, '.sshx')).source).toBe(join(home, '.sshx'));
  expect(mount(join(home, '.ssh/known_hosts')).source).toBe(join(home, '.ssh/known_hosts'));
});

test.each([
  ['~/.ssh', '~/.ssh', (home: string) => join(home, '.ssh')],
  ['~/.ssh/', '~/.ssh', (home: string) => join(home, '.ssh/')],
  ['~/.ssh by a detour', '~/.ssh', (home: string) => `${home}/src/../.ssh/.`],
  ['~/.ssh, relative', '~/.ssh', () => '../../.ssh'],
  ['a key in it', '~/.ssh', (home: string) => join(home, '.ssh/id_ed25519')],
  ['what is not there yet in it', '~/.ssh', (home: string) => join(home, '.ssh/new/x')],
  ['the home directory', '~/.ssh', (home: string) => home],
  ['what the home directory is in', undefined, (home: string) => dirname(home)],
  ['everything', undefined, () => '/'],
  ['~/.docker', '~/.docker', (home: string) => join(home, '.docker')],
  ['the credentials in it', '~/.docker', (home: string) => join(home, '.docker/config.json')],
  ['the directory of DOCKER_CONFIG', 'DOCKER_CONFIG', (home: string) => join(home, '../config')],
  ['the socket in use', "the engine's socket", (home: string) => join(home, '../engine/socket')],
  ['its directory', "the engine's socket", (home: string) => join(home, '../engine')],
  ['the system socket', "the engine's socket", () => '/var/run/docker.sock'],
  ['the system socket by its real place', "the engine's socket", () => '/run/docker.sock'],
  ['the directory of the system socket', undefined, () => '/run'],
  ['a rootless socket', "the engine's socket", () => '/run/user/1000/docker.sock'],
  ['that of podman', "the engine's socket", () => '/run/user/1000/podman/podman.sock'],
  ['that of containerd', "the engine's socket", () => '/run/containerd/containerd.sock'],
  ['the sockets of a session', 'XDG_RUNTIME_DIR', (home: string) => join(home, '../session/bus')],
])('userMount() never gives %s to a build', async (_, what, source) => {
  const { home, mount } = await setUp();
  expect(() => mount(source(home))).toThrow(refused(what));
  expect(() => mount(source(home), { readonly: true })).toThrow(refused(what));
});

test('userMount() does not give them to a build by another name, either', async () => {
  const { top, home, mount } = await setUp();
  await symlink('.ssh', join(home, 'keys'));
  expect(() => mount(join(home, 'keys'))).toThrow(refused('~/.ssh'));
  await link(join(home, '.ssh/id_ed25519'), join(home, 'key'));
  expect(() => mount(join(home, 'key'))).toThrow(refused('~/.ssh'));
  await link(join(top, 'engine/socket'), join(home, 's'));
  expect(() => mount(join(home, 's'))).toThrow(refused("the engine's socket"));
  await link(join(home, '.ssh/known_hosts'), join(home, 'hosts'));
  expect(mount(join(home, 'hosts')).source).toBe(join(home, 'hosts'));
});

const SECOND_MOUNT = `
import { userMount } from './mount-option.js';
const [top] = process.argv.slice(2);
for (const source of ['again', 'again/.ssh', 'again/src', 'home/src']) {
  const option = { type: 'bind', target: '/x', source: top + '/' + source };
  try {
    userMount(option, { root: top }, { env: { HOME: top + '/home' } });
    console.log(source, 'given');
  } catch ({ code }) {
    console.log(source, code);
  }
}
`;

test('userMount() does not give them to a build by a second mount of their directory', async () => {
  const { top } = await setUp();
  await mkdir(join(top, 'again'));
  const program = await writeScript(
    await compile({ 'mount-option': 'runner/host/mount-option' }),
    SECOND_MOUNT,
  );
  const script = 'mount --bind "$1/home" "$1/again" && exec "$0" "$2" "$1"';
  const own = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const args = ['--mount', ...own, 'sh', '-c', script, process.execPath, top, program];
  expect((await execa('unshare', args)).stdout.split('\n')).toEqual([
    'again BAD_OPTION',
    'again/.ssh BAD_OPTION',
    'again/src given',
    'home/src given',
  ]);
});

test('userMount() gives what lies beside a session whose directory is open to all', async () => {
  const { top, env, mount } = await setUp();
  env.XDG_RUNTIME_DIR = top;
  await chmod(top, 0o755);
  expect(mount(join(top, 'other')).source).toBe(join(top, 'other'));
});

test('userMount() takes the home of the environment, else that of the user', async () => {
  const { pkg } = await setUp();
  const option = { type: 'bind' as const, target: '/x', readonly: false };
  const own = { env: {}, engineSocket: undefined };
  expect(() => userMount({ ...option, source: homedir() }, pkg, own)).toThrow(refused());
});
