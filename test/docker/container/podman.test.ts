import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ContainerPlan } from '../../../src/backend/plans.js';
import { LABEL } from '../../../src/conventions/labels.js';
import { createOptions } from '../../../src/docker/container/create-options.js';
import { createLocked } from '../../../src/docker/container/lock.js';
import { memoryOrLost } from '../../../src/docker/container/out-of-memory.js';
import { withSession } from '../../../src/docker/container/session.js';
import { removeContainer } from '../../../src/docker/container/stop.js';
import { ArtifactError } from '../../../src/errors.js';
import { CONTAINER_PLAN } from '../../support/container-plan.js';
import { json } from '../../support/fake-engine.js';
import { fakePodman } from '../../support/podman.js';
import { lock } from '../../support/session.js';
import { temporaryDirectory } from '../../support/workspace.js';

const PODMAN = { isPodman: true, hasSelinux: false };
const NAME = 'alpha-vpuvooyzpfkyq2sy';
const ID = '7a717bab789fff7c32abe42f3fdbeb32b1af8119e838d9f99daf6a82f3d4b3e9';
// Podman's words
const TAKEN = `container create: creating container storage: the container name "${NAME}" is already in use by ${ID}. You have to remove that container to be able to reuse that name: that name is already in use`;
const GOING = `no container with ID ${ID} found in database: no such container`;

const plan: ContainerPlan = { ...CONTAINER_PLAN, name: NAME };
const fails = (response: ServerResponse, message: string) =>
  json(response, 500, { cause: '', message, response: 500 });
const held = {
  Id: ID,
  Created: '2026-11-28T23:18:44Z',
  State: { Status: 'running', Running: true },
  Config: { Labels: { [LABEL.workspace]: '/ws', [LABEL.pid]: '1' } },
};

test('createLocked(): a name that Podman says is taken is LOCKED', async () => {
  const { engine } = await fakePodman((request, response) =>
    request.method === 'POST' ? fails(response, TAKEN) : json(response, 200, held),
  );
  const taking = createLocked(engine, createOptions(plan, PODMAN), lock({ wait: false }));
  await expect(taking).rejects.toMatchObject({ code: 'LOCKED' });
});

test('createLocked() tries again while Podman is removing the container that had the name', async () => {
  let tries = 0;
  const { engine, fake } = await fakePodman((request, response) => {
    if (request.method === 'GET')
      return fake.requests.length < 5
        ? fails(response, GOING)
        : json(response, 200, { Id: 'new', Image: 'sha256:1' });
    if (tries++ < 2) return fails(response, TAKEN);
    json(response, 201, { Id: 'new' });
  });
  expect((await createLocked(engine, createOptions(plan, PODMAN), lock({ wait: false }))).id).toBe('new');
  expect(tries).toBe(3);
});

test('createLocked(): any other 500 is an error at once', async () => {
  const { engine, fake } = await fakePodman((_, response) => fails(response, 'crun: something else'));
  await expect(createLocked(engine, createOptions(plan, PODMAN), lock())).rejects.toThrow(
    'crun: something else',
  );
  expect(fake.requests).toHaveLength(1);
});

test('removeContainer(): one that Podman does not have any more is gone', async () => {
  const { engine, fake } = await fakePodman((_, response) => fails(response, GOING));
  await removeContainer(engine.docker.getContainer(ID));
  expect(fake.requests).toHaveLength(1);
});

test('createOptions(): for Podman, which splits mounts at commas, a path with one is a bind', () => {
  const mounts = [
    { type: 'bind' as const, source: '/a, b', target: '/x', readonly: true },
    { type: 'volume' as const, source: 'alpha-id', target: '/nerves/build' },
  ];
  expect(createOptions({ ...plan, mounts }, PODMAN).body.HostConfig).toMatchObject({
    Binds: ['/a, b:/x:ro'],
    Mounts: [{ Type: 'volume', Source: 'alpha-id', Target: '/nerves/build' }],
  });
});

test('withSession(): a bind mount of nothing is refused before Podman, which would make it, is asked', async () => {
  const { engine, fake } = await fakePodman((_, response) => fails(response, 'asked'));
  const source = join(await temporaryDirectory('mount'), 'not-there');
  const mounts = [{ type: 'bind' as const, source, target: '/x' }];
  const run = withSession(engine, { ...plan, mounts }, lock(), async () => {});
  await expect(run).rejects.toMatchObject({
    code: 'CONTAINER_START',
    message: expect.stringContaining(source),
  });
  expect([fake.requests, existsSync(source)]).toEqual([[], false]);
});

const event = (status: string, Attributes = {}) =>
  `${JSON.stringify({ status, id: ID, Actor: { ID, Attributes } })}\n`;

test.each([
  ['was killed', [event('start'), event('die', { containerExitCode: '137' })], 'OUT_OF_MEMORY'],
  ['was killed by a command', [event('kill'), event('die', { containerExitCode: '137' })], 'ENGINE_LOST'],
  ['was removed', [event('stop'), event('die', { containerExitCode: '137' })], 'ENGINE_LOST'],
  ['ended by itself', [event('die', { containerExitCode: '143' })], 'ENGINE_LOST'],
])(
  'memoryOrLost(): a container that %s, by the events of Podman, which stay open',
  async (_, events, code) => {
    const { engine, fake } = await fakePodman((_, response) => {
      for (const line of events) response.write(line);
    });
    const lost = new ArtifactError('ENGINE_LOST', { tried: 'run `make`', cause: 'x' });
    expect(await memoryOrLost(engine, ID, lost)).toMatchObject({ code });
    expect(fake.requests).toEqual([expect.stringMatching(/^GET \/v1\.44\/events\?since=1&filters=[^&]*$/)]);
  },
);
