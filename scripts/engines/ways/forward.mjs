import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { killGroup, running } from '../../children.mjs';

/** In the namespace: from a socket, which has a path everywhere, to the port, which is only there. */
const FORWARD = `
const { connect, createServer } = require('node:net');
const [socket, port] = process.argv.slice(1);
const halfOpen = { allowHalfOpen: true }; // the end of a command's input is not that of its output
createServer(halfOpen, (client) => {
  const engine = connect({ port, host: '127.0.0.1', ...halfOpen });
  for (const [one, other] of [[client, engine], [engine, client]]) one.pipe(other).on('error', () => one.destroy());
}).listen(socket);
`;

/**
 * Starts a command in the namespaces of an engine, with which it ends.
 * @param {import('node:child_process').ChildProcess} engine its `unshare`
 * @param {string[]} namespaces as options of nsenter
 * @param {string[]} command
 */
export function startBeside(engine, namespaces, command) {
  const [first] = readFileSync(`/proc/${engine.pid}/task/${engine.pid}/children`, 'utf8').trim().split(' ');
  const argv = ['--pdeathsig', 'KILL', 'nsenter', `--target=${first}`, ...namespaces, ...command];
  const child = spawn('setpriv', argv, { stdio: 'inherit', detached: true });
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}

/** A line that holds nothing up. */
const PLAIN = () => new PassThrough();

/**
 * Runs `work` with a port of this machine that leads to one of an engine's network namespace.
 * @template T
 * @param {{ engine: import('node:child_process').ChildProcess, port: number, socket: string,
 *   line?: { to: () => import('node:stream').Duplex, from: () => import('node:stream').Duplex } }} between the socket is a
 *   path that is free, the line what a connection goes through each way
 * @param {(port: number) => Promise<T>} work
 */
export async function withPort({ engine, port, socket, line = { to: PLAIN, from: PLAIN } }, work) {
  const inside = startBeside(engine, ['--net'], [process.execPath, '-e', FORWARD, socket, String(port)]);
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const forward = connect({ path: socket, allowHalfOpen: true });
    client.pipe(line.to()).pipe(forward);
    forward.pipe(line.from()).pipe(client);
    client.on('error', () => forward.destroy()).on('close', () => forward.destroy());
    forward.on('error', () => client.destroy());
  });
  try {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    return await work(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
  } finally {
    server.close();
    killGroup(inside, 'SIGTERM');
  }
}
