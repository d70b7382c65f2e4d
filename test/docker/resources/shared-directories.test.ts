import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { connect } from '../../../src/docker/connection/connect.js';
import { sharesDirectories } from '../../../src/docker/resources/shared-directories.js';
import { fakeEngine, json, versioned } from '../../support/fake-engine.js';
import { fakePodman } from '../../support/podman.js';
import { temporaryDirectory } from '../../support/workspace.js';

/** An engine on another machine, or that of the host of this container, where these paths are others, or none. */
function elsewhere(stat: { mtime: string } | undefined, missing?: string): RequestListener {
  return (request, response) => {
    request.resume();
    const { method, url = '' } = request;
    if (url.includes('/info')) return json(response, 200, {});
    if (url.includes('/images/create')) return json(response, 200, { status: 'sha256:1' });
    if (url.includes('/containers/create'))
      return missing ? json(response, 400, { message: missing }) : json(response, 201, { Id: '1' });
    if (method === 'DELETE') return json(response, 200, []);
    if (!stat) return json(response, 404, { message: 'Could not find the file' });
    const value = Buffer.from(JSON.stringify({ name: 'x', size: 4096, mode: 0, ...stat, linkTarget: '' }));
    response.writeHead(200, { 'x-docker-container-path-stat': value.toString('base64') }).end();
  };
}

const DOCKER = { version: '28.5.2', min: '1.24', max: '1.44' };

test.each([
  ['another directory', { mtime: '2026-11-28T23:00:06.541934997Z' }, undefined],
  ['one without a time', { mtime: '' }, undefined],
  // the words of Docker 28.5
  ['none', undefined, 'invalid mount config for type "bind": bind source path does not exist: /tmp/x'],
])('sharesDirectories(): not those of an engine that has %s at that path', async (_, stat, missing) => {
  const fake = await fakeEngine(versioned(DOCKER, elsewhere(stat, missing)));
  const engine = await connect(fake.env);
  expect(await sharesDirectories(engine, [await temporaryDirectory()], {})).toBe(false);
  expect(fake.requests.at(-1)).toBe('DELETE /v1.44/images/sha256:1');
});

test('sharesDirectories(): a Podman elsewhere is asked by its root, as it would make a directory that it does not have', async () => {
  const { engine, fake } = await fakePodman(elsewhere(undefined));
  const path = await temporaryDirectory();
  expect(await sharesDirectories(engine, [path], {})).toBe(false);
  expect(fake.requests).toContain(
    `HEAD /v1.44/containers/1/archive?path=${encodeURIComponent(`/v/0${path}`)}`,
  );
});
