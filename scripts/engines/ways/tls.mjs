import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../process.mjs';
import { withPort } from './forward.mjs';

/** Where the engine listens, in its network namespace. */
export const TLS_PORT = 2376;
const DIRECTORY = 'certificates';

/** What a dockerd is told to listen there. */
export function tlsFlags(directory) {
  const at = (name) => join(directory, DIRECTORY, name);
  return [
    ...['--host', `tcp://127.0.0.1:${TLS_PORT}`, '--tlsverify', '--tlscacert', at('ca.pem')],
    ...['--tlscert', at('server-cert.pem'), '--tlskey', at('server-key.pem')],
  ];
}

/** @type {import('./ways.mjs').Way} */
export const tls = {
  prepare: (directory) => makeCertificates(join(directory, DIRECTORY)),
  within: ({ engine, directory, line }, work) =>
    withPort({ engine, port: TLS_PORT, socket: join(directory, 'tls.sock'), line }, (port) => {
      const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(directory, DIRECTORY) };
      return work({ DOCKER_HOST: `tcp://127.0.0.1:${port}`, ...env });
    }),
};

/** Certificates as `docker` wants them in DOCKER_CERT_PATH, and those of the engine, for a day. */
async function makeCertificates(directory) {
  mkdirSync(directory);
  const at = (name) => join(directory, name);
  const openssl = (...args) => output('openssl', args, { cwd: directory, timeout: 60_000 });
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
