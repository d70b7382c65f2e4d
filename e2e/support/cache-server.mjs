import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

const TOKEN = 'secret';

/**
 * A remote cache for Nx on loopback ("Custom remote cache specification" of nx.dev): GET and PUT /v1/cache/{hash},
 * a bearer token, 404 for a miss, 409 for what is there already. It keeps everything in memory.
 */
export async function startCacheServer() {
  const requests = [];
  const entries = new Map();
  const state = { status: undefined };
  const server = createServer(async (request, response) => {
    const hash = /^\/v1\/cache\/([^/]+)$/.exec(request.url ?? '')?.[1];
    const body = await buffer(request); // an answer before its end breaks the client's connection
    const [status, content] = answer(request, hash, body, entries, state.status);
    requests.push(`${request.method} ${status}`);
    const type = status === 200 ? 'application/octet-stream' : 'text/plain'; // which Nx asks for
    response.writeHead(status, { 'content-length': content.length, 'content-type': type }).end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  return {
    env: {
      NX_SELF_HOSTED_REMOTE_CACHE_SERVER: `http://127.0.0.1:${port}`,
      NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: TOKEN,
    },
    requests,
    entries,
    fail: (status) => {
      state.status = status;
    },
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((closed) => server.close(closed));
    },
  };
}

function answer({ method, headers }, hash, body, entries, failure) {
  const text = (status, content = '') => [status, Buffer.from(content)];
  if (failure) return text(failure, 'as the test wants it');
  if (!hash || !['GET', 'PUT'].includes(method)) return text(404);
  if (headers.authorization !== `Bearer ${TOKEN}`) return text(401, 'Missing or invalid token');
  if (method === 'GET') return entries.has(hash) ? [200, entries.get(hash)] : text(404);
  if (Number(headers['content-length']) !== body.length) return text(411, 'Content-Length is required');
  if (entries.has(hash)) return text(409, 'There is such a record');
  entries.set(hash, body);
  return text(200);
}
