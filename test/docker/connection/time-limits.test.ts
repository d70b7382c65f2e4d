import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { client } from '../../../src/docker/connection/client.js';
import { Patience } from '../../../src/docker/connection/patience.js';
import type { Endpoint } from '../../../src/docker/connection/transports/transport.js';
import { socketEndpoint } from '../../../src/docker/connection/transports/unix.js';
import { fakeEngine, json } from '../../support/fake-engine.js';

const LATE_MS = 400;

/** A client of an engine that answers late. */
async function lateEngine(limits: {
  answerMs?: number;
  allMs?: number;
  signal?: AbortSignal;
}): Promise<Docker> {
  const fake = await fakeEngine((_, response) => void setTimeout(() => json(response, 200, {}), LATE_MS));
  const endpoint: Endpoint = socketEndpoint(fake.socketPath, 'the test');
  return client(endpoint, '1.41', { ...limits, patience: new Patience(limits.allMs) });
}

const QUESTIONS: [string, (docker: Docker) => Promise<unknown>][] = [
  ['inspect of a container', (docker) => docker.getContainer('x').inspect()],
  ['create of a container', (docker) => docker.createContainer({ Image: 'x' })],
  ['stat in a container', (docker) => docker.getContainer('x').infoArchive({ path: '/' })],
  ['create of an exec', (docker) => docker.getContainer('x').exec({ Cmd: ['x'] })],
  ['list of volumes', (docker) => docker.listVolumes()],
  ['removal of an image', (docker) => docker.getImage('x').remove()],
];

test.each(QUESTIONS)('limitAnswers() gives the %s its time', async (_, ask) => {
  const docker = await lateEngine({ answerMs: LATE_MS / 4 });
  await expect(ask(docker)).rejects.toThrow(
    /^the engine did not answer within 0\.1 s \((GET|POST|HEAD|DELETE) \/[^?]+\)$/,
  );
});

test.each<[string, (docker: Docker) => Promise<unknown>]>([
  ['a pull', (docker) => docker.createImage({}, { fromImage: 'x', tag: '1' })],
  ['an image build', (docker) => docker.buildImage('/dev/null', { t: 'x' })],
  ['a copy out of a container', (docker) => docker.getContainer('x').getArchive({ path: '/x' })],
  ['a copy into a container', (docker) => docker.getContainer('x').putArchive('/dev/null', { path: '/x' })],
  ['the start of a command', (docker) => docker.getExec('x').start({})],
  ['the start of a container', (docker) => docker.getContainer('x').start()],
  ['the sizes of volumes', (docker) => docker.df()],
])('limitAnswers() lets %s take as long as it takes', async (_, ask) => {
  const docker = await lateEngine({ answerMs: LATE_MS / 4, allMs: LATE_MS / 4 });
  await expect(ask(docker)).resolves.not.toThrow();
});

test('limitAnswers() counts all answers together, until the patience is lifted', async () => {
  const patience = new Patience(2.5 * LATE_MS);
  const fake = await fakeEngine((_, response) => void setTimeout(() => json(response, 200, {}), LATE_MS));
  const docker = client(socketEndpoint(fake.socketPath, 'the test'), '1.41', { patience });
  await docker.listVolumes();
  await docker.listVolumes();
  await expect(docker.listVolumes()).rejects.toThrow('did not answer within 1 s in all (GET /volumes)');
  patience.lift();
  await docker.listVolumes();
});

test('limitAnswers(): an interrupt ends what is asked, and is no lack of an answer', async () => {
  const interrupt = new AbortController();
  const docker = await lateEngine({ signal: interrupt.signal });
  const asked = docker.listVolumes();
  await sleep(50);
  interrupt.abort(new Error('interrupted'));
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});
