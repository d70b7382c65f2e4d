import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { compile, NOBODY, runScript } from '../../support/compiled.js';
import { fakeEngine, versioned } from '../../support/fake-engine.js';

let dist = '';
beforeAll(async () => {
  dist = await compile({ engine: 'docker/connection/connect' });
}, 60_000);

/** Connects as an executor does, with what the arguments say; prints the API and address, or the error. */
const CONNECT = `
  import { connect } from './engine.js';
  try {
    const engine = await connect({ DOCKER_HOST: process.argv[2] });
    await engine.docker.listContainers();
    console.log(engine.address, engine.apiVersion);
  } catch (error) {
    console.log(error.message);
  }
  process.exit();
`;

const range = { version: '24.0.7', min: '1.12', max: '1.43' };

test.each([
  { DOCKER_HOST: 'tcp://127.0.0.1:1' },
  { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_TLS_VERIFY: '1' },
  { DOCKER_HOST: 'ssh://nobody@127.0.0.1', DOCKER_TLS_VERIFY: '1' },
  { DOCKER_HOST: 'tcp://127.0.0.1:2376', DOCKER_PATH_PREFIX: '/other' },
  { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_CERT_PATH: '/nowhere' },
  { DOCKER_HOST: 'no address at all' },
])('%j of the process does not leak into a client for a socket', async (env) => {
  const fake = await fakeEngine(versioned(range));
  const { stdout } = await runScript(dist, CONNECT, [`unix:${fake.socketPath}`], { env });
  expect(stdout).toBe(`${fake.socketPath} 1.43`);
  expect(fake.requests).toEqual(['GET /version', 'GET /info', 'GET /v1.43/containers/json']);
});

test("the process's environment is as it was when a client has been made", async () => {
  const script = `
    import { connect } from './engine.js';
    await connect({ DOCKER_HOST: 'unix:///nowhere/docker.sock' }).catch(() => {});
    console.log(process.env.DOCKER_HOST ?? 'unset');
  `;
  const run = async (env: Record<string, string>) => (await runScript(dist, script, [], { env })).stdout;
  expect(await run({ DOCKER_HOST: 'tcp://other:1' })).toBe('tcp://other:1');
  expect(await run({})).toBe(process.env.DOCKER_HOST ?? 'unset');
});

test('a socket that the user may not open is ENGINE_DENIED, with the group to join', async () => {
  const fake = await fakeEngine(versioned(range));
  await chmod(dirname(fake.socketPath), 0o755);
  await chmod(fake.socketPath, 0o600);
  if (!NOBODY.uid) await chmod(fake.socketPath, 0o000);
  const { stdout } = await runScript(dist, CONNECT, [`unix://${fake.socketPath}`], { ...NOBODY });
  expect(stdout).toContain(
    `ENGINE_DENIED: could not reach the Docker engine at ${fake.socketPath} (from DOCKER_HOST): permission denied on its socket`,
  );
  expect(stdout).toContain('sudo usermod -aG docker');
  expect(fake.requests).toEqual([]);
});
