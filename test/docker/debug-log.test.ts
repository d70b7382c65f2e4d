import { beforeAll, expect, test } from 'vitest';
import { compile, runScript } from '../support/compiled.js';
import { fakeEngine, json, versioned } from '../support/fake-engine.js';

let dist = '';
beforeAll(async () => {
  dist = await compile({ backend: 'docker/backend', connect: 'docker/connection/connect' });
}, 60_000);

const ASK = `
  import { connectDocker } from './backend.js';
  const { signal } = new AbortController();
  const backend = await connectDocker({ env: { DOCKER_HOST: process.argv[2], HOME: '/nowhere' }, signal, now: () => new Date() });
  await backend.volumes.list({ 'a.label': 'secret' });
  await backend.volumes.find('gone');
  await backend.volumes.find('a'.repeat(64));
`;

const debugOf = async (script: string, args: string[], NODE_DEBUG: string) =>
  String((await runScript(dist, script, args, { env: { NODE_DEBUG } })).stderr).replaceAll(/\d+ ms/g, 'N ms');

/** An engine that has no volumes. */
async function withoutVolumes() {
  const answer = versioned({ version: '24.0.7', min: '1.12', max: '1.43' });
  return await fakeEngine((request, response) => {
    if (request.url?.includes('/volumes/')) return json(response, 404, { message: 'no such volume' });
    if (request.url?.includes('/volumes')) return json(response, 200, { Volumes: [] });
    answer(request, response);
  });
}

test('NODE_DEBUG shows each request with method, path, status and duration, and what led to the engine', async () => {
  const fake = await withoutVolumes();
  const lines = (await debugOf(ASK, [`unix://${fake.socketPath}`], 'nx-docker-artifact')).split('\n');
  const seen = lines.map((line) => line.replace(/^NX-DOCKER-ARTIFACT \d+: /, ''));
  const atOnce = seen.splice(2, 2).sort(); // as their answers come
  expect(atOnce).toEqual(['engine: GET /info -> 200, N ms', 'engine: GET /version -> 200, N ms']);
  expect(seen).toEqual([
    'engine: not by build_runner_config.engine: it is not set',
    `engine: ${fake.socketPath}, from DOCKER_HOST`,
    'engine: version 24.0.7, API 1.43',
    'engine: no security options',
    'engine: GET /v1.43/volumes -> 200, N ms',
    'engine: GET /v1.43/volumes/gone -> 404, N ms',
    `engine: GET /v1.43/volumes/${'a'.repeat(12)} -> 404, N ms`,
  ]);
});

test('NODE_DEBUG shows no query, as build arguments and labels stand in it', async () => {
  const fake = await withoutVolumes();
  expect(fake.requests).toEqual([]);
  const text = await debugOf(ASK, [`unix://${fake.socketPath}`], 'nx-docker-artifact');
  expect(fake.requests.join()).toContain('secret');
  expect(text).not.toContain('secret');
});

test('without NODE_DEBUG nothing is shown', async () => {
  const fake = await withoutVolumes();
  expect(await debugOf(ASK, [`unix://${fake.socketPath}`], '')).toBe('');
});

test('NODE_DEBUG shows each strategy that led to no engine, and the deadline that passed', async () => {
  const fake = await fakeEngine(() => {});
  const script = `
    import { connect } from './connect.js';
    const env = { DOCKER_HOST: process.argv[2], HOME: '/nowhere' };
    await connect(env, { timeoutMs: 200 }).catch(({ code }) => console.error(code));
    process.exit();
  `;
  const silent = await debugOf(script, [`unix://${fake.socketPath}`], 'nx-docker-artifact');
  expect(silent).toContain('deadline: no answer within N ms');
  expect(silent).toMatch(/GET \/version -> ABORT_ERR, N ms[\s\S]*ENGINE_UNREACHABLE/);
  const none = await debugOf(script, [''], 'nx-docker-artifact');
  expect(none).toContain('engine: not by DOCKER_HOST: DOCKER_HOST is not set');
  expect(none).toContain(
    'engine: not by docker context: neither DOCKER_CONTEXT nor a current context is set',
  );
});
