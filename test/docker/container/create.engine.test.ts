import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { connect } from '../../../src/docker/connection/connect.js';
import { withSession } from '../../../src/docker/container/session.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { imageTag, testImage } from '../../support/image.js';
import { containersOf, testEngine } from '../../support/runner.js';
import { imageCalled, lock, sessionSpec } from '../../support/session.js';
import { BUSYBOX } from '../../support/workspace.js';

/** The container of a session: the image that it is of, and what `docker ps` shows as such. */
async function seenOf(image: string, imageName: string) {
  const spec = await sessionSpec({ image: await imageCalled(image), imageName });
  const seen = await withSession(await testEngine(), spec, lock(), async ({ container }) => {
    const { docker } = await testEngine();
    const listed = await docker.listContainers({ filters: { id: [container.id] } });
    return { id: (await container.inspect()).Image, shown: listed.map(({ Image }) => Image) };
  });
  expect(await containersOf(await testEngine(), spec.labels['nx-docker-artifact.workspace'] ?? '')).toEqual(
    [],
  );
  return seen;
}

test('createContainer(): a container is listed with the tag of its image', async () => {
  const { id } = await imageCalled(BUSYBOX);
  expect(await seenOf(BUSYBOX, BUSYBOX)).toEqual({ id, shown: [BUSYBOX] });
});

test('createContainer(): it is of the image that was checked, where the tag is another one’s by now', async () => {
  const image = await testImage('LABEL a=b');
  const { id } = await imageCalled(image);
  expect(await seenOf(image, BUSYBOX)).toMatchObject({ id });
});

test('createContainer(): it is of the image that was checked, where the tag is gone by now', async () => {
  const { id } = await imageCalled(BUSYBOX);
  expect(await seenOf(BUSYBOX, imageTag())).toMatchObject({ id });
});

test('createContainer(): it is removed when the engine does not say which image it is of', async () => {
  const [proxy, spec] = [await engineProxy(), await sessionSpec()];
  proxy.on(/^GET \/containers\/.*\/json/, (response: ServerResponse) => {
    response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"no"}');
    return true;
  });
  const run = withSession(await connect(proxy.env), spec, lock(), async () => {});
  await expect(run).rejects.toMatchObject({ code: 'CONTAINER_START' });
  expect(await containersOf(await testEngine(), spec.labels['nx-docker-artifact.workspace'] ?? '')).toEqual(
    [],
  );
});
