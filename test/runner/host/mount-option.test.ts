import { symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import type { MountOption } from '../../../src/options/schema.js';
import { userMount } from '../../../src/runner/host/mount-option.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

/** A home with SSH keys, and a package in it. */
async function setUp() {
  const home = await temporaryDirectory('home');
  await writeFiles(home, {
    '.ssh/id_ed25519': '',
    '.ssh/known_hosts': '',
    '.sshx/file': '',
    'src/alpha/x': '',
  });
  const pkg = { root: join(home, 'src/alpha') } as Package;
  const mount = (source?: string, more: Partial<MountOption> = {}) =>
    userMount({ type: 'bind', target: '/x', readonly: false, source, ...more }, pkg, { HOME: home });
  return { home, pkg, mount };
}

const refused = expect.objectContaining({
  code: 'BAD_OPTION',
  message: expect.stringContaining("the engine's socket and ~/.ssh are never given to a build"),
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
  ['~/.ssh', (home: string) => join(home, '.ssh')],
  ['~/.ssh/', (home: string) => join(home, '.ssh/')],
  ['~/.ssh by a detour', (home: string) => `${home}/src/../.ssh/.`],
  ['~/.ssh, relative', () => '../../.ssh'],
  ['a key in it', (home: string) => join(home, '.ssh/id_ed25519')],
  ['the home directory', (home: string) => home],
  ['what the home directory is in', (home: string) => dirname(home)],
  ['everything', () => '/'],
  ['the socket', () => '/var/run/docker.sock'],
  ['the socket by its real place', () => '/run/docker.sock'],
  ['the directory of the socket', () => '/run'],
  ['a rootless socket', () => '/run/user/1000/docker.sock'],
  ['that of podman', () => '/run/user/1000/podman/podman.sock'],
  ['that of containerd', () => '/run/containerd/containerd.sock'],
])('userMount() never gives %s to a build', async (_, source) => {
  const { home, mount } = await setUp();
  expect(() => mount(source(home))).toThrow(refused);
  expect(() => mount(source(home), { readonly: true })).toThrow(refused);
});

test('userMount() does not give them to a build through a link, either', async () => {
  const { home, mount } = await setUp();
  await symlink('.ssh', join(home, 'keys'));
  expect(() => mount(join(home, 'keys'))).toThrow(refused);
});

test('userMount() takes the home of the environment, else that of the user', async () => {
  const { pkg } = await setUp();
  const option = { type: 'bind' as const, target: '/x', readonly: false };
  expect(() => userMount({ ...option, source: join(homedir(), '.ssh') }, pkg, {})).toThrow(refused);
});
