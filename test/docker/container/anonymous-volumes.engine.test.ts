import type Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import type { ContainerPlan } from '../../../src/backend/plans.js';
import { withSession } from '../../../src/docker/container/session.js';
import { removeResource } from '../../../src/docker/resources/listing.js';
import { testImage } from '../../support/image.js';
import { testEngine } from '../../support/runner.js';
import { imageCalled, lock, sessionSpec } from '../../support/session.js';

/** A container of an image with a VOLUME, and with a named volume besides. */
async function planWithVolumes(): Promise<ContainerPlan> {
  const spec = await sessionSpec({ image: await imageCalled(await testImage('VOLUME /data')) });
  const { docker } = await testEngine();
  await docker.createVolume({ Name: spec.name, Labels: spec.labels });
  return { ...spec, mounts: [{ type: 'volume', source: spec.name, target: '/named' }] };
}

/** The volume at /data, which the engine made and named; should it be left, it goes with the test. */
async function anonymousVolume(container: Docker.Container): Promise<string> {
  const { Mounts } = await container.inspect();
  const { Name: name = '' } = Mounts.find(({ Destination }) => Destination === '/data') ?? {};
  expect(name).toMatch(/^[0-9a-f]{64}$/);
  const { docker } = await testEngine();
  onTestFinished(() =>
    docker
      .getVolume(name)
      .remove()
      .catch(() => {}),
  );
  return name;
}

async function isThere(name: string): Promise<boolean> {
  const { docker } = await testEngine();
  const { Volumes } = await docker.listVolumes();
  return Volumes.some((volume) => volume.Name === name);
}

/** A container as a process that was killed left it. */
async function leftBehind({ name, image, labels, mounts }: ContainerPlan): Promise<Docker.Container> {
  const { docker } = await testEngine();
  const Mounts = mounts.map(({ source, target }) => ({
    ...{ Type: 'volume' as const, Source: source, Target: target },
  }));
  return await docker.createContainer({
    name,
    Image: image.id,
    Cmd: ['true'],
    Labels: labels,
    HostConfig: { Mounts },
  });
}

const failure = new Error('of the use');

test.each([
  ['has ended well', async () => {}],
  ['has failed', () => Promise.reject(failure)],
])(
  'withSession(): the volume of an image with VOLUME is gone when the use %s, a named one stays',
  async (_, use) => {
    const spec = await planWithVolumes();
    let volume = '';
    await withSession(await testEngine(), spec, lock(), async ({ container }) => {
      volume = await anonymousVolume(container);
      await use();
    }).catch((error: unknown) => expect(error).toBe(failure));
    expect([await isThere(volume), await isThere(spec.name)]).toEqual([false, true]);
  },
);

test('createLocked(): the volume of an abandoned container goes with it, a named one stays', async () => {
  const spec = await planWithVolumes();
  const abandoned = await leftBehind(spec);
  const volume = await anonymousVolume(abandoned);
  await abandoned.start();
  await abandoned.wait();
  await withSession(await testEngine(), spec, lock(), async () => {});
  expect([await isThere(volume), await isThere(spec.name)]).toEqual([false, true]);
});

test('removeResource(): the volume of a container goes with it, a named one stays', async () => {
  const spec = await planWithVolumes();
  const volume = await anonymousVolume(await leftBehind(spec));
  await removeResource(await testEngine(), { kind: 'container', name: spec.name, labels: spec.labels });
  expect([await isThere(volume), await isThere(spec.name)]).toEqual([false, true]);
});
