import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import type { Engine } from '../../../src/docker/connection/connect.js';
import type { RunnerDeps } from '../../../src/runner/deps.js';
import { bytes, containerSpec } from '../../../src/runner/plan/container.js';
import { NO_AGENT, type SshAgent } from '../../../src/runner/plan/ssh-agent.js';
import { volumeNames } from '../../../src/runner/volumes.js';
import { busyboxOptions, type TestPackage, testPackage, writeFiles } from '../../support/workspace.js';

type Config = NonNullable<Parameters<typeof busyboxOptions>[1]>['build_runner_config'];

const packageWith = (config: Config, more: TestPackage = {}) =>
  testPackage({ options: busyboxOptions('true', { build_runner_config: config }), ...more });

const depsWith = (env: NodeJS.ProcessEnv): RunnerDeps => ({
  env: { HOME: '/home/me', ...env },
  stdout: process.stdout,
  signal: new AbortController().signal,
  clock: () => 0,
  user: { uid: 1000, gid: 100 },
  process: { pid: 4242, host: 'ci-1', task: 'archive' },
  toolVersion: '0.0.0',
  verbose: false,
  wait: true,
});

function specOf(
  pkg: Package,
  {
    env = {},
    sharesFiles = true,
    agent = NO_AGENT,
    uid = 1000,
  }: { env?: NodeJS.ProcessEnv; sharesFiles?: boolean; agent?: SshAgent; uid?: number } = {},
) {
  const input = {
    engine: { sharesFiles } as Engine,
    pkg,
    volumes: volumeNames(pkg.package, 'abcdefgh01234567'),
    image: 'sha256:1',
    imageName: 'alpha:1',
    workdir: '/nerves/build',
    labels: { 'nx-docker-artifact.project': pkg.project },
    agent,
    user: { uid, gid: uid, script: ':', sudo: false },
  };
  return containerSpec(input, depsWith(env));
}

const mountsOf = (...parameters: Parameters<typeof specOf>) => specOf(...parameters).hostConfig.Mounts ?? [];

test('the name is that of the build volume, as the name is the lock', async () => {
  const spec = specOf(await testPackage());
  expect(spec.name).toBe('alpha-abcdefgh01234567');
  expect(spec.labels).toEqual({
    'nx-docker-artifact.project': 'alpha',
    'nx-docker-artifact.id': 'abcdefgh01234567',
    'nx-docker-artifact.pid': '4242',
    'nx-docker-artifact.task': 'archive',
  });
});

test('it has the volumes, and the download cache, which is made when it is missing', async () => {
  const pkg = await testPackage();
  expect(mountsOf(pkg)).toEqual([
    { Type: 'volume', Source: 'alpha-abcdefgh01234567', Target: '/nerves/build' },
    { Type: 'volume', Source: 'alpha-abcdefgh01234567-env', Target: '/nerves/env' },
    { Type: 'bind', Source: join(pkg.workspaceRoot, 'dl'), Target: '/nerves/dl' },
  ]);
  expect((await stat(join(pkg.workspaceRoot, 'dl'))).isDirectory()).toBe(true);
});

test('it reads the artifacts of the host, where there are any', async () => {
  const pkg = await testPackage();
  const artifacts = join(pkg.workspaceRoot, 'artifacts');
  const env = { NERVES_ARTIFACTS_DIR: artifacts };
  expect(mountsOf(pkg, { env })).toHaveLength(3);
  await mkdir(artifacts);
  expect(mountsOf(pkg, { env })[3]).toEqual({
    ...{ Type: 'bind', Source: artifacts, Target: '/nerves/host/artifacts', ReadOnly: true },
  });
});

test('an engine elsewhere sees nothing of our file system', async () => {
  const pkg = await testPackage();
  expect(mountsOf(pkg, { sharesFiles: false }).map(({ Type }) => Type)).toEqual([
    'volume',
    'volume',
    'volume',
  ]);
});

test('a download cache that cannot be made is told as that', async () => {
  const pkg = await testPackage({ options: { ...busyboxOptions(), dl_dir: 'file/dl' } });
  await writeFiles(pkg.workspaceRoot, { file: '' });
  expect(() => specOf(pkg)).toThrow(
    expect.objectContaining({
      code: 'FILE_ACCESS',
      message: expect.stringContaining('make the download cache'),
    }),
  );
});

test('a step gets the variables of Nerves and the listed ones, nothing of the caller', async () => {
  const pkg = await testPackage({ options: busyboxOptions('true', { env: { A: 'b=c, d', EMPTY: '' } }) });
  const variables = ['UID=1000', 'GID=100', 'NERVES_BR_DL_DIR=/nerves/dl', 'A=b=c, d', 'EMPTY='];
  expect(specOf(pkg, { env: { SECRET: 'x', TERM: '' } }).env.toSorted()).toEqual(
    [...variables, 'TERM=xterm'].sort(),
  );
  expect(specOf(pkg, { env: { TERM: 'screen' } }).env).toContain('TERM=screen');
});

test('a variable that is null has the value that the caller has, and is unset where the caller has none', async () => {
  const env = { BR2_SITE: null, EMPTY: null, UNSET: null, CALLED_NULL: 'null' };
  const spec = specOf(await testPackage({ options: busyboxOptions('true', { env }) }), {
    env: { BR2_SITE: 'http://x/?a=b', EMPTY: '', CALLED_NULL: 'x' },
  });
  expect(spec.env.slice(4)).toEqual(['BR2_SITE=http://x/?a=b', 'EMPTY=', 'CALLED_NULL=null']);
});

test('limits and network are passed on, and are the engine’s own when they are not set', async () => {
  const limited = await packageWith({ memory: '1.5g', cpus: 1.5, network: 'host' });
  expect(specOf(limited).hostConfig).toMatchObject({
    ...{ Memory: 1.5 * 1024 ** 3, NanoCpus: 1_500_000_000, NetworkMode: 'host' },
  });
  const { Memory, NanoCpus, NetworkMode } = specOf(await testPackage()).hostConfig;
  expect([Memory, NanoCpus, NetworkMode]).toEqual([undefined, undefined, undefined]);
});

test.each([
  [undefined, undefined],
  [1_000_000, 1_000_000],
  ['1000', 1000],
  ['7b', 7],
  ['10k', 10_240],
  ['512m', 536_870_912],
  ['512M', 536_870_912],
  ['4g', 4_294_967_296],
  ['0.5G', 536_870_912],
])('memory %j is %j bytes', (size, expected) => {
  expect(bytes(size)).toBe(expected);
});

test('paths with commas, spaces, quotes and colons are mounted as they are', async () => {
  const odd = 'a, b:c "d" größe [x]';
  const mounts: NonNullable<Config>['mounts'] = [
    { type: 'bind', source: odd, target: `/x/${odd}`, readonly: true },
  ];
  const pkg = await packageWith({ mounts }, { directory: `systems/${odd}` });
  expect(mountsOf(pkg).at(-1)).toEqual({
    ...{ Type: 'bind', Source: join(pkg.root, odd), Target: `/x/${odd}`, ReadOnly: true },
  });
});

test('the SSH agent goes along', async () => {
  const mounts = [{ Type: 'bind' as const, Source: '/agent.sock', Target: '/x.sock' }];
  const spec = specOf(await testPackage(), {
    agent: { mounts, env: ['SSH_AUTH_SOCK=/x.sock'], worldWritable: [] },
  });
  expect(spec.hostConfig.Mounts).toContainEqual(mounts[0]);
  expect(spec.env.at(-1)).toBe('SSH_AUTH_SOCK=/x.sock');
});

test('configure scripts that refuse root are told that root is meant', async () => {
  const pkg = await testPackage();
  expect(specOf(pkg, { uid: 0 }).env).toContain('FORCE_UNSAFE_CONFIGURE=1');
  expect(specOf(pkg).env.join()).not.toContain('FORCE_UNSAFE_CONFIGURE');
});
