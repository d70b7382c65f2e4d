import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { ImagePlan } from '../../../src/backend/plans.js';
import { connect } from '../../../src/docker/connection/connect.js';
import { ensureImage } from '../../../src/docker/image/ensure.js';
import { ArtifactError } from '../../../src/errors.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { imageDeps, imageTag } from '../../support/image.js';
import { testEngine } from '../../support/runner.js';
import { until } from '../../support/wait.js';
import { BUSYBOX } from '../../support/workspace.js';

const PULL = /^POST \/images\/create/;

/** An image that is not on the engine, whose registry is `registry`: it answers the pull, line by line. */
async function pulling(
  registry: (response: ServerResponse, tag: string) => unknown,
  more: Partial<ImagePlan> = {},
) {
  const [proxy, tag, controller] = [await engineProxy(), more.tag ?? imageTag(), new AbortController()];
  proxy.on(PULL, (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    registry(response, tag);
    return true;
  });
  const { deps, lines, steps } = imageDeps({
    env: { ...proxy.env, DOCKER_CONFIG: '/nonexistent' },
    signal: controller.signal,
  });
  const image = ensureImage(await connect(proxy.env), { tag, pull: 'missing', ...more }, deps);
  image.catch(() => {});
  return { image, lines, steps, tag, controller, proxy };
}

const line = (message: object) => `${JSON.stringify(message)}\r\n`;

async function tagAs(tag: string): Promise<void> {
  const [repo = '', name = ''] = tag.split(':');
  await (await testEngine()).docker.getImage(BUSYBOX).tag({ repo, tag: name });
}

test('pullImage(): a pull tells what it does, and the image is there', async () => {
  const { image, lines, steps, tag, proxy } = await pulling(async (response, name) => {
    response.write(line({ status: 'Pulling from x', id: '1' }));
    response.write(line({ status: 'Downloading', id: 'a1', progressDetail: { current: 1, total: 2 } }));
    const umlaut = Buffer.from(line({ status: 'Status: geprüft' }));
    response.write(umlaut.subarray(0, 22)); // inside of the ü
    await tagAs(name);
    response.end(umlaut.subarray(22));
  });
  expect((await image).RepoTags).toContain(tag);
  expect(steps).toEqual([`Pulling image ${tag}`]);
  expect(lines).toEqual(['1: Pulling from x', 'Status: geprüft']);
  // one tag, or the engine would pull them all
  const query = `fromImage=${encodeURIComponent(tag.replace(':1', ''))}&tag=1`;
  expect(proxy.requests.filter((request) => PULL.test(request))).toEqual([expect.stringContaining(query)]);
});

test('pullImage(): an error in the stream, after a status of 200, is an error', async () => {
  const { image } = await pulling((response) =>
    response.end(
      line({ status: 'Pulling' }) + line({ error: 'x', errorDetail: { message: 'manifest unknown' } }),
    ),
  );
  await expect(image).rejects.toMatchObject({
    code: 'IMAGE_MISSING',
    message: expect.stringMatching(/pulling it failed: manifest unknown[\s\S]*docker login/),
  });
});

test('pullImage(): a pull that ends without the image is an error', async () => {
  const { image } = await pulling((response) => response.end(line({ status: 'Done' })));
  await expect(image).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
});

test('pullImage(): an interrupt ends a pull from a registry that is slow', async () => {
  const { image, lines, controller } = await pulling((response) =>
    response.write(line({ status: 'Waiting' })),
  );
  await until(() => lines.length > 0);
  const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
  controller.abort(interrupted);
  const at = performance.now();
  await expect(image).rejects.toBe(interrupted);
  expect(performance.now() - at).toBeLessThan(5_000);
});

test('pullImage(): a pull that is cut off is a lost engine, not a missing image', async () => {
  const { image } = await pulling((response) => {
    response.write(line({ status: 'Waiting' }));
    setTimeout(() => response.destroy(), 100);
  });
  await expect(image).rejects.toMatchObject({ code: 'ECONNRESET' }); // the run makes ENGINE_LOST of it
});

test('pullImage(): "always" pulls what is there already; a pull that fails is an error then, too', async () => {
  const tag = imageTag();
  await tagAs(tag);
  const { image, steps } = await pulling((response) => response.end(line({ error: 'no route' })), {
    tag,
    pull: 'always',
  });
  await expect(image).rejects.toMatchObject({
    code: 'IMAGE_MISSING',
    message: expect.stringContaining('no route'),
  });
  expect(steps).toEqual([`Pulling image ${tag}`]);
});
