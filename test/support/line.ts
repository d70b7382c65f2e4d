import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { engineSocket } from './engine-proxy.js';

/** A line to the real engine, as to one on another machine: slow, or interrupted, for all that goes over it. */
export interface Line {
  /** For `connect`, or the deps of a run. */
  env: NodeJS.ProcessEnv;
  /** Nothing passes for a while, and no connection ends: a network that is gone, and comes back. */
  stall(ms: number): Promise<void>;
  /** Ends all connections, and takes new ones. */
  cut(): void;
}

export async function line(bytesPerSecond = Number.POSITIVE_INFINITY): Promise<Line> {
  const sockets = new Set<Socket>();
  const engine = await engineSocket();
  let passable = Promise.resolve();
  const carry = async (from: Socket, to: Socket) => {
    for await (const chunk of from) {
      await passable;
      if (Number.isFinite(bytesPerSecond)) await sleep((1000 * chunk.length) / bytesPerSecond);
      if (!to.write(chunk)) await new Promise((go) => to.once('drain', go).once('close', go));
    }
    to.end();
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ path: engine, allowHalfOpen: true });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('close', () => other.destroy());
      carry(one, other).catch(() => other.destroy());
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  onTestFinished(() => {
    server.close();
    cut();
  });
  return {
    env: { ...process.env, DOCKER_HOST: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` },
    stall: (ms) => {
      passable = sleep(ms);
      return passable;
    },
    cut,
  };
}
