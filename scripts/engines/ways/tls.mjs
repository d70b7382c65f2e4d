import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { killGroup, running } from '../children.mjs';
import { output } from '../process.mjs';

/** Where the engine listens, in its network namespace. */
export const TLS_PORT = 2376;

/** Certificates as `docker` wants them in DOCKER_CERT_PATH, and those of the engine, for a day. */
export async function makeCertificates(directory) {
  mkdirSync(directory);
  const at = (name) => join(directory, name);
  const openssl = (...args) => output('openssl', args, { cwd: directory });
  const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '1'];
  const ca = ['-subj', '/CN=ca', '-keyout', 'ca-key.pem', '-out', 'ca.pem'];
  await openssl('req', '-x509', ...key, ...ca);
  writeFileSync(at('server.ext'), 'subjectAltName = IP:127.0.0.1\nextendedKeyUsage = serverAuth\n');
  writeFileSync(at('client.ext'), 'extendedKeyUsage = clientAuth\n');
  for (const [name, prefix] of [
    ['server', 'server-'],
    ['client', ''],
  ]) {
    const files = ['-keyout', `${prefix}key.pem`, '-out', `${name}.csr`];
    await openssl('req', ...key.slice(0, 3), '-subj', `/CN=${name}`, ...files);
    const signed = ['-extfile', `${name}.ext`, '-out', `${prefix}cert.pem`, '-days', '1'];
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...by, ...signed);
  }
  chmodSync(at('key.pem'), 0o644); // tests run builds as other users, too
}

/** In the namespace: from a socket, which has a path everywhere, to the port, which is only there. */
const FORWARD = `
const { connect, createServer } = require('node:net');
const halfOpen = { allowHalfOpen: true }; // the end of a command's input is not that of its output
createServer(halfOpen, (client) => {
  const engine = connect({ port: ${TLS_PORT}, host: '127.0.0.1', ...halfOpen });
  for (const [one, other] of [[client, engine], [engine, client]]) one.pipe(other).on('error', () => one.destroy());
}).listen(process.argv[1]);
`;

/**
 * Runs `work` with a port of this machine that leads to the engine's, which is in a network namespace of its own.
 * @template T
 * @param {import('node:child_process').ChildProcess} engine its `unshare`
 * @param {string} socket a path that is free
 * @param {(port: number) => Promise<T>} work
 */
export async function withPort(engine, socket, work) {
  const first = readFileSync(`/proc/${engine.pid}/task/${engine.pid}/children`, 'utf8').trim().split(' ')[0];
  const argv = ['nsenter', `--net=/proc/${first}/ns/net`, process.execPath, '-e', FORWARD, socket];
  const inside = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], { stdio: 'inherit', detached: true });
  running.add(inside.on('close', () => running.delete(inside)));
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const forward = connect({ path: socket, allowHalfOpen: true });
    client.pipe(forward).on('error', () => client.destroy());
    forward.pipe(client).on('error', () => forward.destroy());
  });
  try {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    return await work(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
  } finally {
    server.close();
    killGroup(inside, 'SIGTERM');
  }
}
