import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findEndpoint } from '../../../src/docker/connection/endpoint.js';
import { parseHost } from '../../../src/docker/connection/parse-host.js';
import { defaultSocketOf, defaultSockets } from '../../../src/docker/connection/strategies/default-socket.js';
import { ArtifactError } from '../../../src/errors.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const socket = (socketPath: string) => ({
  ...{ address: socketPath, source: 'test', local: true },
  options: { socketPath },
});
const tcp = (host: string, port: number, protocol = 'http') => ({
  ...{ address: `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`, source: 'test', local: false },
  options: { host, port, protocol, socketPath: undefined },
});

test.each([
  ['unix:///run/user/1000/docker.sock', socket('/run/user/1000/docker.sock')],
  ['unix:/tmp/x.sock', socket('/tmp/x.sock')],
  ['unix://', socket('/var/run/docker.sock')],
  ['tcp://build.example:2375', tcp('build.example', 2375)],
  ['tcp://build.example:1234/', tcp('build.example', 1234)],
  ['tcp://build.example:80', tcp('build.example', 80)],
  ['tcp://build.example', tcp('build.example', 2375)],
  ['tcp://[::1]:2375', tcp('::1', 2375)],
  ['tcp://[fe80::1]', tcp('fe80::1', 2375)],
  ['http://10.0.0.1:8080', tcp('10.0.0.1', 8080)],
  ['build.example:1234', tcp('build.example', 1234)],
  ['localhost:2375', tcp('localhost', 2375)],
  ['https://build.example', tcp('build.example', 2376, 'https')],
])('findEndpoint(): %s is understood as the docker CLI does', (address, expected) => {
  expect(parseHost(address, 'test')).toEqual(expected);
});

test.each([
  ['ssh://me@build.example', 'ssh addresses are not supported'],
  ['npipe:////./pipe/docker_engine', 'npipe addresses are not supported'],
  ['fd://', 'fd addresses are not supported'],
  ['tcp://', 'it is not a valid engine address'],
  ['tcp://host:port', 'it is not a valid engine address'],
  ['UNIX:///x', 'it is not a valid engine address'],
])('findEndpoint(): %s is refused, with a way out', (address, cause) => {
  const use = () => findEndpoint({ DOCKER_HOST: address });
  expect(use).toThrow(expect.objectContaining({ code: 'ENGINE_UNSUPPORTED' }));
  expect(use).toThrow(`use the Docker engine at ${address} (from DOCKER_HOST): ${cause}`);
  expect(use).toThrow('forward its socket (ssh -L');
});

test('findEndpoint(): DOCKER_TLS_VERIFY does not turn ssh:// into https', () => {
  const env = { DOCKER_HOST: 'ssh://me@host', DOCKER_TLS_VERIFY: '1' };
  expect(() => findEndpoint(env)).toThrow('ENGINE_UNSUPPORTED');
});

test('findEndpoint(): DOCKER_TLS_VERIFY reads the certificates of DOCKER_CERT_PATH, else of the config directory', async () => {
  const home = await temporaryDirectory('home');
  await writeFiles(home, { 'certs/ca.pem': 'CA', 'certs/cert.pem': 'CERT', 'certs/key.pem': 'KEY' });
  await writeFiles(home, { '.docker/ca.pem': 'OTHER' });
  const env = { DOCKER_HOST: 'tcp://build.example', DOCKER_TLS_VERIFY: '1', HOME: home };
  const { options } = findEndpoint({ ...env, DOCKER_CERT_PATH: join(home, 'certs') });
  expect(options).toMatchObject({ port: 2376, protocol: 'https', ca: Buffer.from('CA') });
  expect(options).toMatchObject({ cert: Buffer.from('CERT'), key: Buffer.from('KEY') });
  expect(findEndpoint({ ...env, DOCKER_CERT_PATH: '' })).toMatchObject({
    options: { ca: Buffer.from('OTHER') },
  });
  expect(findEndpoint({ ...env, DOCKER_TLS_VERIFY: '' })).toMatchObject({
    options: { port: 2375, protocol: 'http' },
  });
});

interface Context {
  meta?: string;
  config?: object;
  tls?: Record<string, string>;
}

/** A home directory with the docker context "remote", as `docker context create` makes it. */
async function homeWithContext({ meta, config = { currentContext: 'remote' }, tls }: Context) {
  const home = await temporaryDirectory('home');
  const id = createHash('sha256').update('remote').digest('hex');
  const files: Record<string, string> = { 'config.json': JSON.stringify(config) };
  if (meta !== undefined) files[`contexts/meta/${id}/meta.json`] = meta;
  for (const [name, text] of Object.entries(tls ?? {})) files[`contexts/tls/${id}/docker/${name}`] = text;
  await writeFiles(join(home, '.docker'), files);
  return home;
}

const metaOf = (Host: string) => JSON.stringify({ Name: 'remote', Endpoints: { docker: { Host } } });

test('findEndpoint(): the current docker context is used', async () => {
  const HOME = await homeWithContext({ meta: metaOf('unix:///tmp/remote.sock') });
  const remote = { ...socket('/tmp/remote.sock'), source: 'docker context "remote"' };
  expect(findEndpoint({ HOME })).toEqual(remote);
  expect(findEndpoint({ HOME, DOCKER_CONTEXT: '', DOCKER_CONFIG: '' })).toEqual(remote);
  expect(findEndpoint({ HOME: '/nowhere', DOCKER_CONFIG: join(HOME, '.docker') })).toEqual(remote);
});

test('findEndpoint(): DOCKER_CONTEXT beats the current context, DOCKER_HOST beats both', async () => {
  const HOME = await homeWithContext({ meta: metaOf('tcp://a:1'), config: { currentContext: 'other' } });
  const env = { HOME, DOCKER_CONTEXT: 'remote' };
  expect(findEndpoint(env)).toMatchObject({ address: 'tcp://a:1' });
  expect(findEndpoint({ ...env, DOCKER_HOST: 'tcp://b:2' })).toMatchObject({ address: 'tcp://b:2' });
  expect(findEndpoint({ HOME, DOCKER_CONTEXT: 'default' })).toMatchObject({ source: 'the default socket' });
});

test("findEndpoint(): a context's certificates make it TLS", async () => {
  const HOME = await homeWithContext({ meta: metaOf('tcp://a'), tls: { 'ca.pem': 'CA' } });
  expect(findEndpoint({ HOME })).toMatchObject({
    options: { port: 2376, ca: Buffer.from('CA') },
  });
});

test('findEndpoint(): a context over ssh is refused by its name', async () => {
  const HOME = await homeWithContext({ meta: metaOf('ssh://me@host') });
  expect(() => findEndpoint({ HOME })).toThrow(
    'ENGINE_UNSUPPORTED: could not use the Docker engine at ssh://me@host (from docker context "remote")',
  );
});

test.each([
  ['that is gone', {}],
  ['that is no JSON', { meta: '{"Name"' }],
  ['without an endpoint', { meta: '{"Endpoints":{}}' }],
])('findEndpoint(): a context %s is an error, not the default socket', async (_, context) => {
  const HOME = await homeWithContext(context);
  expect(() => findEndpoint({ HOME })).toThrow(
    /^ENGINE_UNREACHABLE: could not read docker context "remote": ./,
  );
  expect(() => findEndpoint({ HOME })).toThrow('docker context ls');
});

test('findEndpoint(): a broken or strange config.json leads to the default socket', async () => {
  for (const text of ['{', 'null', '[]', '{"currentContext":1}', '{"currentContext":""}']) {
    const HOME = await temporaryDirectory('home');
    await writeFiles(HOME, { '.docker/config.json': text });
    expect(findEndpoint({ HOME })).toMatchObject({ source: 'the default socket' });
  }
});

test('findEndpoint() takes the first default socket that is there: system, rootless, Docker Desktop', async () => {
  const home = await temporaryDirectory('home');
  const env = { XDG_RUNTIME_DIR: join(home, 'run') };
  const system = join(home, 'system.sock');
  const rootless = join(home, 'run/docker.sock');
  const desktop = join(home, '.docker/run/docker.sock');
  expect(defaultSockets({ env, home }, system)).toEqual([system, rootless, desktop]);
  expect(defaultSockets({ env: {}, home }, system)).toEqual([system, desktop]);
  const find = () => defaultSocketOf([join(home, 'none'), rootless, desktop]);
  expect(find()).toBeUndefined();
  await writeFiles(home, { '.docker/run/docker.sock': '' });
  expect(find()).toBe(desktop);
  await writeFiles(home, { 'run/docker.sock': '' });
  expect(find()).toBe(rootless);
});

/** A file of the docker CLI as it should be, with anything in it, or cut off. */
const anyJson = (good: object) =>
  fc.oneof(
    fc.json(),
    fc.string(),
    fc.nat(JSON.stringify(good).length).map((length) => JSON.stringify(good).slice(0, length)),
    fc
      .jsonValue()
      .map((value) =>
        JSON.stringify({ ...good, Endpoints: { docker: { Host: value } }, currentContext: value }),
      ),
  );

test('findEndpoint(): whatever stands in config.json and in a context, there is an endpoint or an error of ours', async () => {
  const home = await temporaryDirectory('home');
  const id = createHash('sha256').update('builder').digest('hex');
  const meta = { Name: 'builder', Endpoints: { docker: { Host: 'tcp://build.example:2375' } } };
  const configs = anyJson({ currentContext: 'builder' });
  await fc.assert(
    fc.asyncProperty(configs, anyJson(meta), fc.boolean(), async (config, context, named) => {
      const files = { '.docker/config.json': config, [`.docker/contexts/meta/${id}/meta.json`]: context };
      await writeFiles(home, files);
      try {
        const found = findEndpoint(named ? { DOCKER_CONTEXT: 'builder' } : {}, home);
        expect(found.options.socketPath ?? found.options.host).not.toBe('');
      } catch (error) {
        expect(error).toBeInstanceOf(ArtifactError);
      }
    }),
    { numRuns: 500 },
  );
});

test('findEndpoint(): whatever DOCKER_HOST is, there is an endpoint or an error of ours', () => {
  const address = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.string().map((text) => `tcp://${text}`),
  );
  fc.assert(
    fc.property(address, (DOCKER_HOST) => {
      try {
        const found = findEndpoint({ DOCKER_HOST }, '/nowhere');
        if (!found.local) expect(Number.isInteger(found.options.port)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ArtifactError);
      }
    }),
    { numRuns: 2000 },
  );
});
