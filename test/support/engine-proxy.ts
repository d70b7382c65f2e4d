import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Readable, Transform } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { findEndpoint, surroundingsOf } from '../../src/docker/connection/endpoint.js';
import { testEngine } from './runner.js';
import { PassedCommands, takesCommands } from './series-proxy.js';
import { temporaryDirectory } from './workspace.js';

/**
 * "POST /containers/x/exec {"Cmd":["make"]}"; an exec's id in a path is replaced by its command. Each command of a process that takes
 * them over its input, as the main process does, is a request "POST /exec/make/start", too, whose answer nobody sees.
 */
export type Request = string;
/** Answers in the engine's place when it returns true; else the engine is asked. */
export type Rule = (response: ServerResponse, request: Request) => unknown;

/** The real engine behind a socket of the test's own, which sees every request and can answer for the engine. */
export interface EngineProxy {
  /** For `connect`, or the deps of a run. */
  env: NodeJS.ProcessEnv;
  /** All requests so far. */
  requests: Request[];
  on(pattern: RegExp, rule: Rule): void;
  /** Holds the first request that matches, or its answer: a body after its first piece, else all of it. */
  hold(pattern: RegExp, what: 'request' | 'answer'): Hold;
  /** Passes on that many bytes a second of the answers that match, and reads no more: a slow line. */
  slow(pattern: RegExp, bytesPerSecond: number): void;
  /** Changes the answers, as JSON, to requests that match. */
  rewrite(pattern: RegExp, change: (answer: Record<string, unknown>) => object): void;
  /** Passes requests that match on after a while: a busy engine. */
  delay(pattern: RegExp, ms: number): void;
  /** The bytes of all connections so far, by their direction. */
  bytes(): { sent: number; received: number };
  /** Ends all connections, as an engine that is killed does. */
  drop(): void;
  /** The same, and answers no more. */
  cut(): void;
}

export interface Hold {
  /** Whether it has come, and waits. */
  holds(): boolean;
  release(): void;
}

export interface ProxyOptions {
  /** As an engine elsewhere, which does not share our file system. */
  tcp?: boolean;
  /** The socket that the engine listens on; by default that of the environment. */
  engine?: string;
}

export async function engineProxy(options: ProxyOptions = {}): Promise<EngineProxy> {
  const { tcp = false, engine = await engineSocket() } = options;
  const holds: { pattern: RegExp; what: 'request' | 'answer'; hold: Holding }[] = [];
  const rules: { pattern: RegExp; rule: Rule }[] = [];
  const slow: { pattern: RegExp; bytesPerSecond: number }[] = [];
  const rewrites: { pattern: RegExp; change: (answer: Record<string, unknown>) => object }[] = [];
  const delays: { pattern: RegExp; ms: number }[] = [];
  const requests: Request[] = [];
  const execs = new Map<string, string>();
  const series = new Set<string>();
  const sockets = new Set<Socket>();

  const take = (incoming: IncomingMessage, body: string): Request => {
    const path = (incoming.url ?? '').replace(/^\/v[\d.]+/, '');
    const named = path.replace(/[0-9a-f]{64}/, (id) => execs.get(id) ?? id);
    return took(`${incoming.method} ${named}${body && ` ${body}`}`);
  };
  const took = (taken: Request): Request => {
    requests.push(taken);
    return taken;
  };
  const holdOf = (taken: Request, what: 'request' | 'answer'): Holding | undefined => {
    const at = holds.findIndex((one) => one.what === what && one.pattern.test(taken));
    return at < 0 ? undefined : holds.splice(at, 1)[0]?.hold;
  };
  const server = createServer(async (incoming, response) => {
    const isJson = incoming.headers['content-type'] === 'application/json';
    const body = isJson ? await text(incoming) : '';
    const taken = take(incoming, body);
    for (const { pattern, rule } of rules) if (pattern.test(taken) && rule(response, taken) === true) return;
    for (const { pattern, ms } of delays) if (pattern.test(taken)) await sleep(ms);
    const held = holdOf(taken, 'request');
    if (held && isJson) await held.wait();
    const upstream = request(
      { socketPath: engine, method: incoming.method, path: incoming.url, headers: incoming.headers },
      async (answer) => {
        const rewritten = rewrites.filter(({ pattern }) => pattern.test(taken));
        if (rewritten.length > 0 && answer.statusCode === 200) {
          const changed = rewritten.reduce((all, { change }) => change(all), JSON.parse(await text(answer)));
          response.writeHead(200, { 'content-type': 'application/json' });
          return void response.end(JSON.stringify(changed));
        }
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        response.flushHeaders();
        answer.on('error', () => response.destroy()); // cut by the engine
        const line = slow.find(({ pattern }) => pattern.test(taken));
        if (line) return void pipeline(answer, throttle(line.bytesPerSecond), response).catch(() => {});
        if (!/\/exec \{/.test(taken)) return flow(answer, response, holdOf(taken, 'answer'));
        const created = await text(answer);
        const [{ Id }, asked] = [JSON.parse(created), JSON.parse(body)];
        execs.set(Id, commandOf(asked));
        if (takesCommands(asked)) series.add(Id);
        response.end(created);
      },
    );
    upstream.on('error', () => response.destroy());
    response.on('error', () => {}); // ended by a rule while the engine still writes
    response.on('close', () => upstream.destroy());
    if (isJson) upstream.end(body);
    else flow(incoming, upstream, held);
  });
  server.on('upgrade', (incoming, client: Socket, body) => {
    const taken = take(incoming, '');
    for (const { pattern, rule } of rules) if (pattern.test(taken)) rule(undefined as never, taken);
    const upstream = connect(engine, () => {
      const head = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${head.join('')}\r\n`);
      upstream.pipe(client);
      const url = incoming.url ?? '';
      const takes = url.includes('/attach?') || [...series].some((id) => url.includes(id));
      // apart, as over a network; an engine that has both at once may forget what belongs to no request
      setTimeout(() => {
        upstream.write(body);
        const commands = takes ? client.pipe(new PassedCommands(passing(client))) : client;
        commands.pipe(upstream);
      }, 20);
    });
    track(upstream);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.on('close', () => upstream.destroy());
  });
  const passing = (client: Socket) => async (command: string) => {
    const taken = took(`POST /exec/${command}/start`);
    const response = { destroy: () => client.destroy() } as unknown as ServerResponse;
    for (const { pattern, rule } of rules)
      if (pattern.test(taken) && rule(response, taken) === true) return false;
    for (const { pattern, ms } of delays) if (pattern.test(taken)) await sleep(ms);
    await holdOf(taken, 'request')?.wait();
    return true;
  };
  const track = (socket: Socket) => sockets.add(socket.on('close', () => sockets.delete(socket)));
  const clients: Socket[] = [];
  server.on('connection', (socket) => {
    clients.push(socket);
    track(socket);
  });
  const bytes = () => ({
    sent: clients.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    received: clients.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
  });
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const cut = () => {
    server.close();
    drop();
  };
  const socketPath = join(await temporaryDirectory('engine'), 'docker.sock');
  const where = tcp ? { port: 0, host: '127.0.0.1' } : { path: socketPath };
  await new Promise<void>((listening) => server.listen(where, listening));
  onTestFinished(cut);
  const address = tcp ? `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` : `unix://${socketPath}`;
  return {
    env: { ...process.env, DOCKER_HOST: address },
    requests,
    on: (pattern, rule) => void rules.unshift({ pattern, rule }),
    hold: (pattern, what) => {
      const hold = newHold();
      holds.push({ pattern, what, hold });
      return hold;
    },
    rewrite: (pattern, change) => void rewrites.push({ pattern, change }),
    delay: (pattern, ms) => void delays.push({ pattern, ms }),
    slow: (pattern, bytesPerSecond) => void slow.push({ pattern, bytesPerSecond }),
    bytes,
    drop,
    cut,
  };
}

/** Without what prints the mark at the end of its output, see EndMark. */
function commandOf({ Cmd = [] }: { Cmd?: string[] }): string {
  if (takesCommands({ Cmd })) return `series ${Cmd[3]}`;
  return (Cmd[2]?.startsWith('nx_run()') ? Cmd.slice(5) : Cmd).join(' ');
}

type Holding = Hold & { wait(): Promise<void> };

function newHold(): Holding {
  let came = false;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const wait = () => {
    came = true;
    return released;
  };
  return { holds: () => came, release: () => release(), wait };
}

function throttle(bytesPerSecond: number): Transform {
  return new Transform({
    highWaterMark: 1,
    transform(chunk: Buffer, _encoding, done) {
      setTimeout(() => done(null, chunk), (1000 * chunk.length) / bytesPerSecond);
    },
  });
}

function flow(from: Readable, to: NodeJS.WritableStream, hold?: Holding): void {
  if (!hold) return void from.pipe(to);
  // read to its end, or nobody would notice that the other end has gone
  const all = new PassThrough({ highWaterMark: 1 << 30 });
  const held = Readable.from(firstPieceOf(from.pipe(all), hold));
  held.on('error', () => {}); // cut while it was held
  held.pipe(to);
}

async function* firstPieceOf(from: Readable, hold: Holding): AsyncGenerator<Buffer> {
  let waited = false;
  for await (const piece of from) {
    yield piece;
    if (!waited) await hold.wait();
    waited = true;
  }
  if (!waited) await hold.wait();
}

/** The socket that the engine of the tests listens on. */
export async function engineSocket(): Promise<string> {
  const { endpoint } = await findEndpoint(surroundingsOf(process.env));
  if (endpoint.tunnel) return (await testEngine()).cli.DOCKER_HOST?.replace('unix://', '') ?? '';
  const { socketPath } = endpoint.options;
  if (socketPath) return String(socketPath);
  throw new Error('the tests of the engine need one that listens on a socket of this machine');
}
