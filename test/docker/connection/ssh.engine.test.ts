import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { execa } from 'execa';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/docker/connection/connect.js';
import { compile, writeScript } from '../../support/compiled.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { testEngine } from '../../support/runner.js';
import { buildSshImage, sshServer } from '../../support/ssh-server.js';
import { until } from '../../support/wait.js';

beforeAll(buildSshImage, 300_000);

async function machine() {
  const proxy = await engineProxy();
  const server = await sshServer(proxy.env.DOCKER_HOST?.replace('unix://', '') ?? '');
  return { proxy, server };
}

/** The processes of ssh that hold a tunnel of ours. */
async function tunnels(socketPath: string): Promise<string[]> {
  const { stdout } = await execa('ps', ['-eo', 'args']);
  return stdout.split('\n').filter((line) => line.includes(`${socketPath}:`));
}

test('connect() reaches an engine by the ssh of the user, and ends that when it is closed', async () => {
  const { server } = await machine();
  const engine = await connect(server.env);
  expect(engine).toMatchObject({ version: (await testEngine()).version, address: 'ssh://builder' });
  expect(engine.capabilities.sharesFiles).toBe(false);
  const socketPath = engine.cli.DOCKER_HOST?.replace('unix://', '') ?? '';
  expect(engine.cli.DOCKER_CONTEXT).toBeUndefined();
  expect(await tunnels(socketPath)).not.toEqual([]);
  await engine.close();
  expect(existsSync(socketPath)).toBe(false);
  await until(async () => (await tunnels(socketPath)).length === 0);
});

test('connect() says what ssh says: a key, a host, a socket that is not there', async () => {
  const { server } = await machine();
  const failure = async (env: NodeJS.ProcessEnv) => connect(env).catch((error: Error) => error);
  expect(await failure(server.stranger)).toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringMatching(/ssh:\/\/builder \(from DOCKER_HOST\): .*Permission denied \(/),
    hint: expect.stringContaining('`ssh builder docker version` must work without a question'),
  });
  expect(await failure(server.suspicious)).toMatchObject({
    message: expect.stringContaining('Host key verification failed.'),
  });
  expect(await failure({ ...server.env, DOCKER_HOST: 'ssh://builder/none.sock' })).toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringMatching(/open failed/),
  });
  expect(await failure({ ...server.env, DOCKER_HOST: 'ssh://no-such-host.invalid' })).toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringMatching(/Could not resolve hostname/),
  });
});

const HOLDS = `
import { connect } from './connect.js';
const { cli } = await connect(process.env);
console.log(cli.DOCKER_HOST);
setInterval(() => {}, 1000);
`;

test('connect(): ssh ends also when the process that opened the tunnel is killed', async () => {
  const { server } = await machine();
  const script = await writeScript(await compile({ connect: 'docker/connection/connect' }), HOLDS);
  const holder = execa(process.execPath, [script], { env: server.env, extendEnv: false, reject: false });
  let said = '';
  holder.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await until(() => said.includes('\n'), 60_000);
  const socketPath = said.trim().replace('unix://', '');
  expect(await tunnels(socketPath)).not.toEqual([]);
  holder.kill('SIGKILL');
  await until(async () => (await tunnels(socketPath)).length === 0);
});

test('connect(): an interrupt ends ssh while it connects to a machine that says nothing', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const interrupt = new AbortController();
  const env = { ...process.env, DOCKER_HOST: `ssh://127.0.0.1:${port}` };
  const waiting = connect(env, { signal: interrupt.signal });
  const [connection] = (await once(silent, 'connection')) as [Socket];
  const closed = once(connection.resume(), 'close');
  interrupt.abort(new Error('interrupted'));
  await expect(waiting).rejects.toThrow('interrupted');
  await closed;
});
