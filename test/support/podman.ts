import type { RequestListener } from 'node:http';
import { connect, type Engine } from '../../src/docker/connection/connect.js';
import { type FakeEngine, fakeEngine, json } from './fake-engine.js';

/** What Podman 5.8.6 answers to GET /version, shortened. */
const VERSION = {
  Version: '5.8.6',
  ApiVersion: '1.44',
  MinAPIVersion: '1.24',
  Components: [{ Name: 'Podman Engine', Version: '5.8.6' }],
};

/** A connection to what answers as Podman does; what a real one answered stands in the tests. */
export async function fakePodman(answer: RequestListener): Promise<{ engine: Engine; fake: FakeEngine }> {
  const fake = await fakeEngine((request, response) => {
    if (request.url === '/version') return json(response, 200, VERSION);
    if (/\/info$/.test(request.url ?? '')) return json(response, 200, { SecurityOptions: ['name=seccomp'] });
    answer(request, response);
  });
  const engine = await connect(fake.env);
  fake.requests.length = 0;
  return { engine, fake };
}
