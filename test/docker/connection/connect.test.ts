import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/docker/connection/connect.js';
import { engineMessage, isStatus } from '../../../src/docker/connection/errors.js';
import { fakeEngine, json, versioned } from '../../support/fake-engine.js';
import { temporaryDirectory } from '../../support/workspace.js';

test.each([
  ['20.10.24', '1.12', '1.41', '1.41'],
  ['24.0.7', '1.12', '1.43', '1.43'],
  ['28.2.2', '1.24', '1.50', '1.44'],
  ['29.0.0', '1.44', '1.52', '1.44'],
  ['31.0.0', '1.48', '1.60', '1.48'],
])(
  'connect(): engine %s, which takes API %s to %s, is spoken to in %s',
  async (version, min, max, spoken) => {
    const fake = await fakeEngine(versioned({ version, min, max }));
    const engine = await connect(fake.env);
    expect(engine).toMatchObject({
      version,
      apiVersion: spoken,
      address: fake.socketPath,
      capabilities: { sharesFiles: true },
    });
    expect(await engine.docker.listContainers()).toEqual([]);
    expect(fake.requests).toEqual(['GET /version', 'GET /info', `GET /v${spoken}/containers/json`]);
  },
);

test('connect(): the fake engine refuses what a real one refuses, so that the test above can fail', async () => {
  const fake = await fakeEngine(versioned({ version: '29.0.0', min: '1.44', max: '1.52' }));
  const { docker } = await connect(fake.env);
  Object.assign(docker.modem, { version: 'v1.41' });
  await expect(docker.listContainers()).rejects.toThrow('client version 1.41 is too old');
});

test('connect(): an engine that names no oldest API is taken', async () => {
  const fake = await fakeEngine((_, response) => json(response, 200, { Version: '4.3', ApiVersion: '1.41' }));
  expect((await connect(fake.env)).apiVersion).toBe('1.41');
});

test.each([
  ['19.03.15', '1.40'],
  ['1.9.1', '1.21'],
])('connect(): engine %s with API %s is too old', async (version, max) => {
  const fake = await fakeEngine(versioned({ version, min: '1.12', max }));
  await expect(connect(fake.env)).rejects.toMatchObject({
    code: 'ENGINE_TOO_OLD',
    message: `ENGINE_TOO_OLD: could not use the Docker engine at ${fake.socketPath}: it is version ${version} with API ${max}; API 1.41 is the oldest supported\n  -> Update to Docker Engine 20.10 or newer.`,
  });
});

test('connect(): no socket: what was tried, where that came from, and what to do', async () => {
  const socketPath = join(await temporaryDirectory('engine'), 'docker.sock');
  const error = await connect({ DOCKER_HOST: `unix://${socketPath}` }).catch((error) => error);
  expect(error.code).toBe('ENGINE_UNREACHABLE');
  expect(error.message).toContain(`could not reach the Docker engine at ${socketPath} (from DOCKER_HOST)`);
  expect(error.message).toContain('ENOENT');
  expect(error.hint).toContain('Start Docker');
});

test.each([
  ['a web page', 200, '<html>', 'what answers there is not a Docker engine'],
  ['an empty object', 200, '{}', 'what answers there is not a Docker engine'],
  ['an engine that starts', 503, '{"message":"engine is starting"}', 'engine is starting'],
])('connect(): %s in its place is told as what it is', async (_, status, body, cause) => {
  const fake = await fakeEngine((_request, response) => {
    response.statusCode = status;
    response.end(body);
  });
  await expect(connect(fake.env)).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringContaining(`(from DOCKER_HOST): ${cause}\n`),
  });
});

test('connect(): an engine that hangs is given up after the time limit, and says so', async () => {
  const fake = await fakeEngine(() => {});
  await expect(connect(fake.env, { timeoutMs: 200 })).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringContaining('it did not answer within 0.2 s'),
  });
});

test('connect(): an interrupt ends the waiting for an engine that hangs', async () => {
  const interrupt = new AbortController();
  const fake = await fakeEngine(() => interrupt.abort(new Error('interrupted by SIGINT')));
  await expect(connect(fake.env, { signal: interrupt.signal })).rejects.toThrow('interrupted by SIGINT');
});

test('connect(): an engine over TCP, by IPv6 too, is one that does not share our files', async () => {
  const server = createServer(versioned({ version: '24.0.7', min: '1.12', max: '1.43' }));
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const engine = await connect({ DOCKER_HOST: `tcp://[::1]:${port}` });
  expect(engine).toMatchObject({ capabilities: { sharesFiles: false }, address: `tcp://[::1]:${port}` });
  expect(await engine.docker.listContainers()).toEqual([]);
});

test("engineMessage is the engine's own sentence, without dockerode's frame", () => {
  const error = Object.assign(new Error('(HTTP code 404) no such image - No such image: x '), {
    statusCode: 404,
    json: { message: 'No such image: x' },
  });
  expect(engineMessage(error)).toBe('No such image: x');
  expect(engineMessage(new Error('(HTTP code 500) server error - it - is - broken '))).toBe(
    'it - is - broken',
  );
  expect(engineMessage(new Error('connect ENOENT'))).toBe('connect ENOENT');
  expect(engineMessage('text')).toBe('text');
});

test('isStatus looks at the HTTP status only', () => {
  expect(isStatus({ statusCode: 409 }, 404, 409)).toBe(true);
  expect(isStatus({ statusCode: 500 }, 404, 409)).toBe(false);
  expect([null, undefined, new Error('404')].some((error) => isStatus(error, 404))).toBe(false);
});
