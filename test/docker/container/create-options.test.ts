import { expect, test } from 'vitest';
import type { ContainerPlan } from '../../../src/backend/plans.js';
import { createOptions } from '../../../src/docker/container/create-options.js';
import { CONTAINER_PLAN } from '../../support/container-plan.js';

const plan: ContainerPlan = {
  ...CONTAINER_PLAN,
  image: { id: 'sha256:1', digests: [], user: '', entrypoint: ['/entry', '-x'] },
  labels: { a: 'b' },
  env: ['A=b'],
};

const DOCKER = { isPodman: false, hasSelinux: false };

const hostConfigOf = (more: Partial<ContainerPlan>) =>
  createOptions({ ...plan, ...more }, DOCKER).body.HostConfig;

test('createOptions() has what the lock and the lifeline rest on', () => {
  const { query, body, imageId } = createOptions(plan, DOCKER);
  expect([query, imageId]).toEqual([{ name: plan.name }, 'sha256:1']);
  expect(body).toMatchObject({
    Entrypoint: ['sh', '-c', expect.stringContaining('kill -TERM -1'), 'supervisor', '/entry', '-x'],
    Cmd: [],
    ...{ Image: 'alpha:1', User: '0', Env: ['A=b'], Labels: { a: 'b' } },
    ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, StopSignal: 'SIGUSR1' },
    HostConfig: { Init: true, AutoRemove: true, SecurityOpt: ['no-new-privileges'] },
  });
  expect(hostConfigOf({ privileges: true })?.SecurityOpt).toBeUndefined();
});

test('createOptions() names an image that is pinned by its digest as every engine takes it', () => {
  const { body } = createOptions({ ...plan, imageName: 'host:5000/alpha:1@sha256:2' }, DOCKER);
  expect(body.Image).toBe('host:5000/alpha@sha256:2');
});

test('createOptions() names the platform where one was asked for', () => {
  expect(createOptions({ ...plan, platform: 'linux/arm64' }, DOCKER).query).toEqual({
    ...{ name: plan.name, platform: 'linux/arm64' },
  });
});

test('createOptions() passes limits and network on, and leaves the engine its own where there are none', () => {
  const limits = { memory: '1.5g', shm_size: '1g', cpus: 1.5, network: 'host' };
  expect(hostConfigOf({ limits })).toMatchObject({
    ...{ Memory: 1.5 * 1024 ** 3, ShmSize: 1024 ** 3, NanoCpus: 1_500_000_000, NetworkMode: 'host' },
  });
  const { Memory, ShmSize, NanoCpus, NetworkMode } = hostConfigOf({}) ?? {};
  expect([Memory, ShmSize, NanoCpus, NetworkMode]).toEqual(Array(4).fill(undefined));
});

test('createOptions() mounts paths with commas, spaces, quotes and colons as they are', () => {
  const source = '/a, b:c "d" größe [x]';
  expect(hostConfigOf({ mounts: [{ type: 'bind', source, target: '/x', readonly: true }] })?.Mounts).toEqual([
    { Type: 'bind', Source: source, Target: '/x', ReadOnly: true },
  ]);
});
