import { createHash } from 'node:crypto';
import { link, rename } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { findEndpoint, surroundingsOf } from '../../../src/docker/connection/endpoint.js';
import { parseHost } from '../../../src/docker/connection/parse-host.js';
import { defaultSockets } from '../../../src/docker/connection/strategies/default-socket.js';
import { otherSockets } from '../../../src/docker/connection/strategies/other-socket.js';
import { firstListening } from '../../../src/docker/connection/strategies/sockets.js';
import { ArtifactError } from '../../../src/errors.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const find = async (env: NodeJS.ProcessEnv, engine?: string) =>
  (await findEndpoint(surroundingsOf(env, engine))).endpoint;

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
  ['ssh://', 'it is not a valid address for ssh'],
  ['ssh://-oProxyCommand=x/y', 'it is not a valid address for ssh'],
  ['ssh://-l@host', 'it is not a valid address for ssh'],
  ['ssh://host?x', 'it is not a valid address for ssh'],
  ['ssh://me:...@host', 'ssh takes no password from it'],
  ['npipe:////./pipe/docker_engine', 'npipe addresses are not supported'],
  ['fd://', 'fd addresses are not supported'],
  ['tcp://', 'it is not a valid engine address'],
  ['tcp://host:port', 'it is not a valid engine address'],
  ['UNIX:///x', 'it is not a valid engine address'],
])('findEndpoint(): %s is refused, with a way out', async (address, cause) => {
  const error = await find({ DOCKER_HOST: address }).catch((thrown: ArtifactError) => thrown);
  expect(error).toMatchObject({ code: 'ENGINE_UNSUPPORTED' });
  expect(error).toHaveProperty(
    'message',
    expect.stringContaining(`use the Docker engine at ${address} (from DOCKER_HOST): ${cause}`),
  );
  expect(error).toHaveProperty('hint', 'An address is unix:///path, tcp://host:port or ssh://user@host.');
});

test.each([
  ['ssh://build.example', { destination: 'build.example', port: undefined, socket: '/var/run/docker.sock' }],
  [
    'ssh://me@build.example:2222/',
    { destination: 'me@build.example', port: 2222, socket: '/var/run/docker.sock' },
  ],
  [
    'ssh://me@[fe80::1]/run/user/1000/docker.sock',
    { destination: 'me@fe80::1', port: undefined, socket: '/run/user/1000/docker.sock' },
  ],
  ['ssh://an-alias', { destination: 'an-alias', port: undefined, socket: '/var/run/docker.sock' }],
])('findEndpoint(): %s is an engine behind ssh', async (address, tunnel) => {
  const found = await find({ DOCKER_HOST: address });
  expect(found).toMatchObject({ tunnel, local: false, address: address.replace(/\/$/, '') });
});

test('findEndpoint(): the option of the package comes first: an address, or a context', async () => {
  const HOME = await homeWithContext({ meta: metaOf('tcp://a:1') });
  const env = { HOME, DOCKER_HOST: 'tcp://b:2' };
  expect(await find(env, 'unix:///c.sock')).toMatchObject({
    options: { socketPath: '/c.sock' },
    source: 'build_runner_config.engine',
    cli: { DOCKER_HOST: 'unix:///c.sock', DOCKER_CONTEXT: undefined },
  });
  expect(await find(env, 'context:remote')).toMatchObject({
    address: 'tcp://a:1',
    source: 'docker context "remote", which build_runner_config.engine names',
    cli: { DOCKER_HOST: undefined, DOCKER_CONTEXT: 'remote' },
  });
  await expect(find(env, 'context:none')).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  await expect(find(env, 'podman')).resolves.toMatchObject({ address: 'tcp://podman:2375' });
});

test('findEndpoint(): DOCKER_TLS_VERIFY does not turn ssh:// into https', async () => {
  const env = { DOCKER_HOST: 'ssh://me@host', DOCKER_TLS_VERIFY: '1' };
  expect(await find(env)).toMatchObject({ tunnel: { destination: 'me@host' } });
});

test('findEndpoint(): DOCKER_TLS_VERIFY reads the certificates of DOCKER_CERT_PATH, else of the config directory', async () => {
  const home = await temporaryDirectory('home');
  await writeFiles(home, { 'certs/ca.pem': 'CA', 'certs/cert.pem': 'CERT', 'certs/key.pem': 'KEY' });
  await writeFiles(home, { '.docker/ca.pem': 'OTHER' });
  const env = { DOCKER_HOST: 'tcp://build.example', DOCKER_TLS_VERIFY: '1', HOME: home };
  const { options } = await find({ ...env, DOCKER_CERT_PATH: join(home, 'certs') });
  expect(options).toMatchObject({ port: 2376, protocol: 'https', ca: Buffer.from('CA') });
  expect(options).toMatchObject({ cert: Buffer.from('CERT'), key: Buffer.from('KEY') });
  expect(await find({ ...env, DOCKER_CERT_PATH: '' })).toMatchObject({
    options: { ca: Buffer.from('OTHER') },
  });
  expect(await find({ ...env, DOCKER_TLS_VERIFY: '' })).toMatchObject({
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
  expect(await find({ HOME })).toEqual(remote);
  expect(await find({ HOME, DOCKER_CONTEXT: '', DOCKER_CONFIG: '' })).toEqual(remote);
  expect(await find({ HOME: '/nowhere', DOCKER_CONFIG: join(HOME, '.docker') })).toEqual(remote);
});

test('findEndpoint(): DOCKER_CONTEXT beats the current context, DOCKER_HOST beats both', async () => {
  const HOME = await homeWithContext({ meta: metaOf('tcp://a:1'), config: { currentContext: 'other' } });
  const env = { HOME, DOCKER_CONTEXT: 'remote' };
  expect(await find(env)).toMatchObject({ address: 'tcp://a:1' });
  expect(await find({ ...env, DOCKER_HOST: 'tcp://b:2' })).toMatchObject({ address: 'tcp://b:2' });
  expect(await find({ HOME, DOCKER_CONTEXT: 'default' })).toMatchObject({
    source: expect.stringMatching(/^the (default )?socket/),
  });
});

test("findEndpoint(): a context's certificates make it TLS", async () => {
  const HOME = await homeWithContext({ meta: metaOf('tcp://a'), tls: { 'ca.pem': 'CA' } });
  expect(await find({ HOME })).toMatchObject({
    options: { port: 2376, ca: Buffer.from('CA') },
  });
});

test('findEndpoint(): a context may lead over ssh', async () => {
  const HOME = await homeWithContext({ meta: metaOf('ssh://me@host') });
  expect(await find({ HOME })).toMatchObject({ tunnel: { destination: 'me@host' } });
});

test.each([
  ['that is gone', {}],
  ['that is no JSON', { meta: '{"Name"' }],
  ['without an endpoint', { meta: '{"Endpoints":{}}' }],
])('findEndpoint(): a context %s is an error, not the default socket', async (_, context) => {
  const HOME = await homeWithContext(context);
  const found = find({ HOME });
  await expect(found).rejects.toThrow(/^ENGINE_UNREACHABLE: could not read docker context "remote": ./);
  await expect(found).rejects.toThrow('docker context ls');
});

test('findEndpoint(): a broken or strange config.json leads to the default socket', async () => {
  for (const text of ['{', 'null', '[]', '{"currentContext":1}', '{"currentContext":""}']) {
    const HOME = await temporaryDirectory('home');
    await writeFiles(HOME, { '.docker/config.json': text });
    expect(await find({ HOME })).toMatchObject({ source: expect.stringMatching(/^the (default )?socket/) });
  }
});

test('defaultSockets() and otherSockets() know where engines listen, for this user', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/7', COLIMA_HOME: '/c' };
  const paths = (places: { path: string }[]) => places.map(({ path }) => path);
  expect(paths(defaultSockets({ env, home: '/h', uid: 7 }))).toEqual([
    '/var/run/docker.sock',
    '/run/user/7/docker.sock',
    '/h/.docker/run/docker.sock',
    '/h/.docker/desktop/docker.sock',
  ]);
  expect(paths(defaultSockets({ env: {}, home: '/h', uid: undefined }))).not.toContain(
    '/run/user/7/docker.sock',
  );
  expect(paths(otherSockets({ env, home: '/h', uid: 7 }))).toEqual([
    '/run/user/7/podman/podman.sock',
    '/run/podman/podman.sock',
    '/h/.local/share/containers/podman/machine/podman.sock',
    '/c/default/docker.sock',
    '/h/.config/colima/default/docker.sock',
    '/h/.rd/docker.sock',
    '/h/.orbstack/run/docker.sock',
    '/h/.socktainer/container.sock',
  ]);
});

test('firstListening() passes by what is missing, is no socket, or has nobody behind it', async () => {
  const home = await temporaryDirectory('home');
  const at = (name: string) => ({ name, path: join(home, name) });
  await writeFiles(home, { file: '' });
  const places = [at('missing'), at('file'), at('file/below'), at('dead'), at('alive')];
  const dead = createServer();
  await new Promise<void>((listening) => dead.listen(join(home, 'dead'), listening));
  await link(join(home, 'dead'), join(home, 'kept')); // the file of a socket that is closed stays
  await new Promise((closed) => dead.close(closed));
  await rename(join(home, 'kept'), join(home, 'dead'));
  expect(await firstListening(places, 'the socket')).toBe(
    `${home}/missing is not there, ${home}/file does not answer, ${home}/file/below is not there, ` +
      `${home}/dead does not answer, ${home}/alive is not there`,
  );
  const alive = createServer((socket) => socket.destroy());
  await new Promise<void>((listening) => alive.listen(join(home, 'alive'), listening));
  onTestFinished(() => void alive.close());
  expect(await firstListening(places, 'the socket')).toMatchObject({
    ...{ address: join(home, 'alive'), source: 'the socket of alive' },
    passed: [
      `${home}/missing is not there`,
      `${home}/file does not answer`,
      `${home}/file/below is not there`,
      `${home}/dead does not answer`,
    ],
  });
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
        const found = await find({ HOME: home, ...(named && { DOCKER_CONTEXT: 'builder' }) });
        expect(found.options.socketPath ?? found.options.host ?? found.tunnel?.destination).not.toBe('');
      } catch (error) {
        expect(error).toBeInstanceOf(ArtifactError);
      }
    }),
    { numRuns: 500 },
  );
});

test('findEndpoint(): whatever DOCKER_HOST is, there is an endpoint or an error of ours', async () => {
  const address = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.webUrl().map((url) => url.replace(/^\w+/, 'ssh')),
    fc.string().map((text) => `ssh://${text}`),
    fc.string().map((text) => `tcp://${text}`),
  );
  await fc.assert(
    fc.asyncProperty(address, async (DOCKER_HOST) => {
      try {
        const found = await find({ DOCKER_HOST, HOME: '/nowhere' });
        if (found.tunnel) expect(found.tunnel.destination).toMatch(/^[^-]/);
        else if (!found.local) expect(Number.isInteger(found.options.port)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ArtifactError);
      }
    }),
    { numRuns: 2000 },
  );
});
