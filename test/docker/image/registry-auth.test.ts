import { join } from 'node:path';
import { expect, test } from 'vitest';
import { registryAuth, registryOf } from '../../../src/docker/image/registry-auth.js';
import { type Files, temporaryDirectory, writeFiles } from '../../support/workspace.js';

const HUB = 'https://index.docker.io/v1/';
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['debian:bookworm', HUB],
  ['nervesproject/nerves_system_br:1.27.0', HUB],
  ['docker.io/library/debian', HUB],
  ['index.docker.io/a/b', HUB],
  ['registry.example/nerves/nerves_system_br:1.28.0', 'registry.example'],
  ['localhost/x', 'localhost'],
  ['localhost:5000/x:1', 'localhost:5000'],
  ['host:5000/a/b@sha256:0', 'host:5000'],
])('registryAuth(): the registry of %s', (reference, registry) => {
  expect(registryOf(reference)).toBe(registry);
});

/** An environment with the docker CLI's config, and programs of the test's own in front of PATH. */
async function environment(config: unknown, programs: Record<string, string> = {}) {
  const home = await temporaryDirectory('home');
  const files: Files = {
    '.docker/config.json': typeof config === 'string' ? config : JSON.stringify(config),
  };
  for (const [name, script] of Object.entries(programs)) {
    files[`bin/${name}`] = { content: `#!/bin/sh\n${script}\n`, mode: 0o755 };
  }
  await writeFiles(home, files);
  return { HOME: home, PATH: `${join(home, 'bin')}:${process.env.PATH}` };
}

test('registryAuth(): user and password, of which the password may have colons', async () => {
  const env = await environment({ auths: { 'registry.example': { auth: base64('me:a:b:c') } } });
  const auth = { username: 'me', password: 'a:b:c', serveraddress: 'registry.example' };
  expect(await registryAuth('registry.example/x:1', env)).toEqual(auth);
  expect(await registryAuth('other.example/x:1', env)).toBeUndefined();
});

test('registryAuth(): the Hub, a token, an address with https://', async () => {
  const env = await environment({
    auths: {
      [HUB]: { auth: base64('hub:secret') },
      'token.example': { auth: base64('x:y'), identitytoken: 'TOKEN' },
      'https://old.example': { auth: base64('old:secret') },
    },
  });
  expect(await registryAuth('docker.io/library/debian', env)).toMatchObject({ username: 'hub' });
  expect(await registryAuth('token.example/x', env)).toEqual({
    identitytoken: 'TOKEN',
    serveraddress: 'token.example',
  });
  expect(await registryAuth('old.example/x', env)).toMatchObject({ username: 'old' });
});

test('registryAuth(): a credential helper is asked for the registry, before the store', async () => {
  const env = await environment(
    { credHelpers: { 'registry.example': 'mine' }, credsStore: 'store' },
    {
      'docker-credential-mine':
        'read registry; echo "{\\"Username\\":\\"$1\\",\\"Secret\\":\\"$registry\\"}"',
      'docker-credential-store': 'echo \'{"Username":"<token>","Secret":"T"}\'',
    },
  );
  expect(await registryAuth('registry.example/x', env)).toEqual({
    ...{ username: 'get', password: 'registry.example', serveraddress: 'registry.example' },
  });
  expect(await registryAuth('other.example/x', env)).toEqual({
    identitytoken: 'T',
    serveraddress: 'other.example',
  });
});

test.each([
  ['has none', 'echo "credentials not found in native keychain"; exit 1'],
  ['says nonsense', 'echo nonsense'],
])('registryAuth(): a helper that %s means a pull without credentials', async (_, script) => {
  const env = await environment({ credsStore: 'x' }, { 'docker-credential-x': script });
  expect(await registryAuth('registry.example/x', env)).toBeUndefined();
});

test.each([
  '{',
  'null',
  '[]',
  '{}',
  '{"auths":null}',
  '{"auths":{"registry.example":{}}}',
  '{"credsStore":"gone"}',
])('registryAuth(): config.json %j means a pull without credentials', async (config) => {
  expect(await registryAuth('registry.example/x', await environment(config))).toBeUndefined();
});

test('registryAuth(): DOCKER_CONFIG is the directory, when it is not empty', async () => {
  const { HOME } = await environment({ auths: { 'registry.example': { auth: base64('me:x') } } });
  const find = (env: NodeJS.ProcessEnv) => registryAuth('registry.example/x', env);
  expect(await find({ HOME: '/nowhere', DOCKER_CONFIG: join(HOME, '.docker') })).toMatchObject({
    username: 'me',
  });
  expect(await find({ HOME, DOCKER_CONFIG: '' })).toMatchObject({ username: 'me' });
  expect(await find({ HOME: '/nowhere' })).toBeUndefined();
});
