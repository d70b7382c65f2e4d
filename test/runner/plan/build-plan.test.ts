import { expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import type { Image } from '../../../src/backend/plans.js';
import type { BuildOptionsInput } from '../../../src/options/types.js';
import type { HostFacts } from '../../../src/runner/host/facts.js';
import { NO_AGENT } from '../../../src/runner/host/ssh-agent.js';
import * as plans from '../../../src/runner/plan/build-plan.js';
import { planContainer } from '../../../src/runner/plan/container.js';
import { volumeNames } from '../../../src/runner/plan/volumes.js';
import { busyboxOptions, testPackage } from '../../support/workspace.js';

type Config = NonNullable<BuildOptionsInput['build_runner_config']>;

const packageWith = (config: Config) =>
  testPackage({ options: busyboxOptions('true', { build_runner_config: config }) });

/** A host whose files the engine sees, and a caller who is not root. */
const factsWith = (more: Partial<HostFacts> = {}): HostFacts => ({
  env: { HOME: '/home/me' },
  user: { uid: 1000, gid: 100 },
  callerIsRoot: false,
  downloads: '/home/me/.nerves/dl',
  travelling: undefined,
  artifacts: undefined,
  sharesFiles: true,
  agent: NO_AGENT,
  mounts: [],
  ...more,
});

/** An image of Nerves' first generation. */
const image = { id: 'sha256:1', digests: [], user: '', entrypoint: ['/entry'] };
const planBuild = (pkg: Package, facts: HostFacts, of: Image = image) => plans.planBuild(pkg, facts, of);
const planShell = (pkg: Package, facts: HostFacts, of: Image = image) => plans.planShell(pkg, facts, of);
const ROOT = { user: { uid: 0, gid: 0 }, callerIsRoot: true };

const input = {
  image,
  volumes: volumeNames('alpha', 'abcdefgh01234567'),
  labels: { 'nx-docker-artifact.project': 'alpha' },
  process: { pid: 4242, task: 'archive' },
};

test('planContainer() names the container like the build volume, as the name is the lock', async () => {
  const container = planContainer(planBuild(await testPackage(), factsWith()), input);
  expect(container).toMatchObject({
    name: 'alpha-abcdefgh01234567',
    imageName: 'nx-docker-artifact-test/busybox:1',
    image: { id: 'sha256:1' },
    privileges: false,
  });
  expect(container.labels).toEqual({
    'nx-docker-artifact.project': 'alpha',
    'nx-docker-artifact.id': 'abcdefgh01234567',
    'nx-docker-artifact.pid': '4242',
    'nx-docker-artifact.task': 'archive',
  });
});

test('planContainer() mounts its volumes before what the plan has', async () => {
  const container = planContainer(planBuild(await testPackage(), factsWith()), input);
  expect(container.mounts).toEqual([
    { type: 'volume', source: 'alpha-abcdefgh01234567', target: '/nerves/build' },
    { type: 'volume', source: 'alpha-abcdefgh01234567-env', target: '/nerves/env' },
    { type: 'bind', source: '/home/me/.nerves/dl', target: '/nerves/dl', relabel: true },
  ]);
});

test('planContainer() lets sudo work only where the image has a user of its own', async () => {
  const plan = planBuild(await testPackage(), factsWith(), { ...image, user: 'nerves' });
  expect(planContainer(plan, input).privileges).toBe(true);
});

test('planContainer() is for the platform that was asked for', async () => {
  const docker = { tag: 'x:1', platform: 'linux/arm64' };
  const planned = async (config: Config) =>
    planContainer(planBuild(await packageWith(config), factsWith()), input);
  expect((await planned({ docker })).platform).toBe('linux/arm64');
  expect((await planned({ docker: { ...docker, dockerfile: 'Dockerfile' } })).platform).toBe('linux/arm64');
  expect((await planned({ docker: { tag: 'x:1' } })).platform).toBeUndefined();
});

test('planContainer() tells configure scripts that refuse root that root is intended', async () => {
  const plan = planBuild(await testPackage(), factsWith());
  const asRoot = planBuild(await testPackage(), factsWith(ROOT));
  expect(planContainer(asRoot, input).env).toContain('FORCE_UNSAFE_CONFIGURE=1');
  expect(planContainer(plan, input).env.join()).not.toContain('FORCE_UNSAFE_CONFIGURE');
});

test('planBuild() mounts the artifacts of the host read-only, where there are any', async () => {
  const { mounts } = planBuild(await testPackage(), factsWith({ artifacts: '/home/me/.nerves/artifacts' }));
  expect(mounts[1]).toEqual({
    ...{ type: 'bind', source: '/home/me/.nerves/artifacts', target: '/nerves/host/artifacts' },
    ...{ readonly: true, relabel: true },
  });
});

test('planBuild() mounts nothing of the host where the engine sees none of it', async () => {
  const plan = planBuild(await testPackage(), factsWith({ downloads: undefined, sharesFiles: false }));
  expect(plan.mounts).toEqual([
    { type: 'volume', source: 'nx-docker-artifact-dl', target: '/nerves/downloads' },
  ]);
  expect(plan).toMatchObject({ downloads: { kept: 'engine' }, hostDirectories: [] });
});

test('planBuild() gives a step the variables of Nerves and the listed ones, nothing of the caller', async () => {
  const pkg = await testPackage({ options: busyboxOptions('true', { env: { A: 'b=c, d', EMPTY: '' } }) });
  const variables = ['UID=1000', 'GID=100', 'NERVES_BR_DL_DIR=/nerves/dl', 'A=b=c, d', 'EMPTY='];
  const envOf = (env: NodeJS.ProcessEnv) => planBuild(pkg, factsWith({ env })).env;
  expect(envOf({ SECRET: 'x', TERM: '' }).toSorted()).toEqual([...variables, 'TERM=xterm'].sort());
  expect(envOf({ TERM: 'screen' })).toContain('TERM=screen');
});

test('planBuild() tells the scripts of a toolchain the host that it is called after', async () => {
  const env = { HOST_OS: 'linux', HOST_ARCH: 'arm' };
  const options = busyboxOptions('true', { type: 'toolchain' });
  const pkg = await testPackage({ options });
  expect(planBuild(pkg, factsWith({ env })).env.slice(4)).toEqual(['HOST_OS=linux', 'HOST_ARCH=arm']);
  expect(planBuild(pkg, factsWith()).env.slice(4)).toEqual([]);
  expect(planBuild(await testPackage(), factsWith({ env })).env.slice(4)).toEqual([]);
});

test('planBuild() gives a variable that is null the value of the caller, and none where there is none', async () => {
  const env = { BR2_SITE: null, EMPTY: null, UNSET: null, CALLED_NULL: 'null' };
  const pkg = await testPackage({ options: busyboxOptions('true', { env }) });
  const facts = factsWith({ env: { BR2_SITE: 'http://x/?a=b', EMPTY: '', CALLED_NULL: 'x' } });
  expect(planBuild(pkg, facts).env.slice(4)).toEqual([
    'BR2_SITE=http://x/?a=b',
    'EMPTY=',
    'CALLED_NULL=null',
  ]);
});

test('planBuild() passes limits on, and nothing else of build_runner_config', async () => {
  const limits = { memory: '1.5g', cpus: 1.5, network: 'host' };
  expect(planBuild(await packageWith(limits), factsWith()).limits).toEqual(limits);
  expect(planBuild(await testPackage(), factsWith()).limits).toEqual({});
});

test('planBuild() has the mounts of the user, and the SSH agent goes along', async () => {
  const own = { type: 'bind' as const, source: '/a, b:c "d" größe [x]', target: '/x', readonly: true };
  const socket = { type: 'bind' as const, source: '/agent.sock', target: '/x.sock' };
  const agent = { mounts: [socket], env: ['SSH_AUTH_SOCK=/x.sock'], worldWritable: ['/x.sock'] };
  const plan = planBuild(await testPackage(), factsWith({ mounts: [own], agent }));
  expect(plan.mounts.slice(1)).toEqual([socket, own]);
  expect(plan.env.at(-1)).toBe('SSH_AUTH_SOCK=/x.sock');
  expect(plan.worldWritable).toEqual(['/x.sock']);
});

test('planShell() mounts the package itself in place of its copy, where the engine sees it', async () => {
  const pkg = await testPackage();
  const plan = planShell(pkg, factsWith());
  expect(plan.mounts.at(-1)).toEqual({
    type: 'bind',
    source: pkg.root,
    target: '/nerves/env/alpha',
    relabel: true,
  });
  expect(plan.sources).toEqual([]);
  expect(plan.hostDirectories).toEqual(['/nerves/dl', '/nerves/env/alpha']);
  const elsewhere = planShell(pkg, factsWith({ sharesFiles: false }));
  expect(elsewhere.sources).toEqual([{ from: pkg.root, name: 'alpha' }]);
});

test("planBuild() runs the steps as the image's own user where the caller is root, unless another is asked for", async () => {
  const withUser = { ...image, user: 'nerves' };
  const userOf = async (config: Config, facts = factsWith(ROOT), of = withUser) =>
    planBuild(await packageWith(config), facts, of).user;
  expect(await userOf({})).toMatchObject({ of: 'nerves' });
  expect(await userOf({ user: 'root' })).toMatchObject({ uid: 0 });
  expect(await userOf({ user: 'caller' })).toMatchObject({ uid: 0 });
  expect(await userOf({}, factsWith(ROOT), image)).toMatchObject({ uid: 0 });
  expect(await userOf({}, factsWith())).toMatchObject({ uid: 1000 });
  // in a rootless engine root is a caller who is not root
  expect(await userOf({}, factsWith({ user: ROOT.user }))).toMatchObject({ uid: 0 });
});

test("planBuild() copies the host's downloads for a user who could not write to them", async () => {
  const plan = planBuild(await testPackage(), factsWith(ROOT), { ...image, user: 'nerves' });
  expect(plan).toMatchObject({ downloads: { kept: 'copy' }, hostDirectories: [] });
  expect(plan.mounts).toEqual([
    { type: 'bind', source: '/home/me/.nerves/dl', target: '/nerves/host/dl', relabel: true },
  ]);
});

test('planShell() copies the package for a user who could not write to it', async () => {
  const pkg = await testPackage();
  const plan = planShell(pkg, factsWith(ROOT), { ...image, user: 'nerves' });
  expect(plan.sources.map(({ from }) => from)).toContain(pkg.root);
  expect(planShell(pkg, factsWith(ROOT)).sources.map(({ from }) => from)).not.toContain(pkg.root);
});
