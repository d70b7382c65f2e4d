import { expect, test } from 'vitest';
import { listImages } from '../../../src/docker/resources/images.js';
import { json } from '../../support/fake-engine.js';
import { fakePodman } from '../../support/podman.js';

/** Of 4.3.1. */
const GONE = 'reading image "89ec": locating image with ID "89ec": image not known';

/** A Podman whose list of images fails so many times. */
async function failing(times: number, message: string) {
  const asked = { times: 0 };
  const { engine } = await fakePodman((_, response) => {
    if (asked.times++ < times) json(response, 500, { message });
    else json(response, 200, []);
  });
  return { asked, listed: listImages(engine, {}) };
}

test('listImages() lists again where an image is removed meanwhile, as Podman then fails', async () => {
  const { asked, listed } = await failing(4, GONE);
  expect(await listed).toEqual([]);
  expect(asked.times).toBe(5);
});

test('listImages() ends when that goes on, and with any other failure', async () => {
  await expect((await failing(1_000, GONE)).listed).rejects.toThrow('image not known');
  const { asked, listed } = await failing(1, 'no space');
  await expect(listed).rejects.toThrow('no space');
  expect(asked.times).toBe(1);
});
