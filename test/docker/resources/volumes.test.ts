import { expect, test } from 'vitest';
import { createVolume } from '../../../src/docker/resources/volumes.js';
import { json } from '../../support/fake-engine.js';
import { fakePodman } from '../../support/podman.js';

test('createVolume(): one that another build has made at the same moment on Podman is there', async () => {
  const message = 'adding volume to state: name "alpha-id-env" is in use: volume already exists'; // of 5.4.2
  const { engine } = await fakePodman((_, response) => json(response, 500, { message }));
  await createVolume(engine, 'alpha-id-env', {});
});

test('createVolume(): any other failure of Podman is one', async () => {
  const { engine } = await fakePodman((_, response) => json(response, 500, { message: 'no space' }));
  await expect(createVolume(engine, 'alpha-id-env', {})).rejects.toThrow('no space');
});
