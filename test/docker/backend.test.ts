import { expect, test } from 'vitest';
import type { Backend } from '../../src/backend/types.js';
import { connectDocker } from '../../src/docker/backend.js';
import { fakeEngine, json, versioned } from '../support/fake-engine.js';

/** The backend of an engine that answers everything but GET /version and GET /info in one way. */
async function backendWith(answer: Parameters<typeof fakeEngine>[0]): Promise<Backend> {
  const about = versioned({ version: '24.0.7', min: '1.12', max: '1.43' });
  const { env } = await fakeEngine((request, response) =>
    (/\/(version|info)$/.test(request.url ?? '') ? about : answer)(request, response),
  );
  return await connectDocker({ env, signal: new AbortController().signal });
}

const asked: [string, (backend: Backend) => Promise<unknown>][] = [
  ['look for the volume x', ({ volumes }) => volumes.find('x')],
  ['list the volumes', ({ volumes }) => volumes.list({})],
  ['create the volume x', ({ volumes }) => volumes.create('x', {})],
  ['look for the image x', (backend) => backend.findImage({ tag: 'x', pull: 'never' })],
  ['list containers, images and volumes', ({ resources }) => resources.list({})],
  ['ask for the sizes of volumes', ({ resources }) => resources.sizes()],
  ['ask for the last uses of volumes', ({ resources }) => resources.lastUses(['x'], {})],
];

test.each(asked)(
  'Backend: what fails when it is to %s is an error of ours, which says so',
  async (tried, ask) => {
    const backend = await backendWith((_, response) =>
      json(response, 500, { message: 'the storage is broken' }),
    );
    await expect(ask(backend)).rejects.toMatchObject({
      code: 'ENGINE_LOST',
      message: expect.stringContaining(`could not ${tried}: the engine answered: the storage is broken`),
    });
  },
);

test.each(asked)('Backend: an engine that goes when it is to %s is lost', async (tried, ask) => {
  const backend = await backendWith((request) => request.socket.destroy());
  await expect(ask(backend)).rejects.toMatchObject({
    code: 'ENGINE_LOST',
    message: expect.stringMatching(new RegExp(`could not ${tried}: the connection .* was lost: `)),
  });
});

test('Backend: an engine without space says so in its own words', async () => {
  const message = 'mkdir /var/lib/docker/volumes/x: no space left on device';
  const backend = await backendWith((_, response) => json(response, 500, { message }));
  await expect(backend.volumes.create('x', {})).rejects.toMatchObject({
    code: 'DISK_FULL',
    hint: expect.stringContaining('docker system df'),
  });
});

test('Backend: volumes and images are described without a word of Docker’s', async () => {
  const backend = await backendWith((request, response) =>
    /\/volumes\//.test(request.url ?? '')
      ? json(response, 200, { Name: 'x', Labels: null })
      : json(response, 200, {
          Id: 'sha256:1',
          Config: { User: 'nerves', Entrypoint: ['/entry'], Labels: {} },
        }),
  );
  expect(await backend.volumes.find('x')).toEqual({ name: 'x', labels: {} });
  const request = { labels: {}, who: 'x', wait: true, onStep() {}, onLine() {}, onWait() {} };
  expect(await backend.ensureImage({ tag: 'x:1', pull: 'never' }, request)).toEqual({
    ...{ id: 'sha256:1', digests: [], user: 'nerves', entrypoint: ['/entry'] },
  });
});
