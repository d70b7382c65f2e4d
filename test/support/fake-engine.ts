import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './workspace.js';

/** An HTTP server on a socket of the test's own, for what a real engine does not do on demand. */
export interface FakeEngine {
  socketPath: string;
  /** The environment that leads to it. */
  env: NodeJS.ProcessEnv;
  /** What was asked: "GET /version". */
  requests: string[];
}

export async function fakeEngine(answer: RequestListener): Promise<FakeEngine> {
  const socketPath = join(await temporaryDirectory('engine'), 'docker.sock');
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { socketPath, env: { DOCKER_HOST: `unix://${socketPath}` }, requests };
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** What an engine answers to GET /version, and how it refuses versions out of its range, in its own words. */
export function versioned(
  { version, min, max }: { version: string; min: string; max: string },
  answer: RequestListener = (_, response) => json(response, 200, []),
): RequestListener {
  const number = (text: string) => Number(text.split('.')[1]);
  return (request: IncomingMessage, response) => {
    const asked = /^\/v(1\.\d+)\//.exec(request.url ?? '')?.[1];
    if (asked && number(asked) > number(max)) {
      const message = `client version ${asked} is too new. Maximum supported API version is ${max}`;
      return json(response, 400, { message });
    }
    if (asked && number(asked) < number(min)) {
      const message = `client version ${asked} is too old. Minimum supported API version is ${min}, please upgrade your client to a newer version`;
      return json(response, 400, { message });
    }
    if (request.url === '/version') {
      return json(response, 200, { Version: version, ApiVersion: max, MinAPIVersion: min });
    }
    answer(request, response);
  };
}
