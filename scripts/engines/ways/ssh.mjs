import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup } from '../../children.mjs';
import { output, succeeds } from '../../process.mjs';
import { startBeside, withPort } from './forward.mjs';

/** Where sshd listens, in the engine's network namespace. */
const PORT = 2222;
const START = 'mkdir -p /run/sshd; exec /usr/sbin/sshd -D -e -f /dev/null "$@"';
const NOBODY = 65534;
const keysIn = (directory) => join(directory, 'keys');

/**
 * The engine's machine by a real sshd in its namespaces, as "builder" of the caller's ssh.
 * @type {import('./ways.mjs').Way}
 */
export const ssh = {
  async prepare(directory) {
    const keys = keysIn(directory);
    mkdirSync(keys);
    for (const name of ['host', 'user'])
      await output('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, name)], {
        timeout: 60_000,
      });
    copyFileSync(join(keys, 'user.pub'), join(keys, 'authorized_keys'));
    // of nobody's: ssh wants a key of the caller's own to be secret, and all callers of the tests use this one
    chownSync(join(keys, 'user'), NOBODY, NOBODY);
    chmodSync(join(keys, 'user'), 0o644);
  },
  async within({ engine, directory, line }, work) {
    const keys = keysIn(directory);
    const options = [
      ...[`Port=${PORT}`, 'ListenAddress=127.0.0.1', `HostKey=${keys}/host`, 'StrictModes=no', 'UsePAM=no'],
      ...[`AuthorizedKeysFile=${keys}/authorized_keys`, 'MaxStartups=200', 'LogLevel=ERROR', 'PidFile=none'],
    ].flatMap((option) => ['-o', option]);
    const namespaces = ['--mount', '--net', '--uts', '--pid', '--ipc'];
    const sshd = startBeside(engine, namespaces, ['sh', '-c', START, 'sh', ...options]);
    try {
      return await withPort(
        { engine, port: PORT, socket: join(directory, 'ssh.sock'), line },
        async (port) => {
          const env = writeClient(directory, port);
          const limit = Date.now() + 30_000;
          while (!(await succeeds('ssh', ['builder', 'true'], { env, timeout: 5_000 }))) {
            if (Date.now() > limit || sshd.exitCode !== null)
              throw new Error('The sshd of the row does not answer.');
            await sleep(200);
          }
          return await work({ ...env, DOCKER_HOST: 'ssh://builder' });
        },
      );
    } finally {
      killGroup(sshd, 'SIGTERM');
    }
  },
};

/** An ssh that knows "builder"; the caller's own configuration is found whatever HOME says. */
function writeClient(directory, port) {
  const keys = keysIn(directory);
  const [type, key] = readFileSync(join(keys, 'host.pub'), 'utf8').split(' ');
  writeFileSync(join(keys, 'known'), `[127.0.0.1]:${port} ${type} ${key}\n`);
  const lines = [
    ...['Host builder', 'HostName 127.0.0.1', `Port ${port}`, 'User root', `IdentityFile ${keys}/user`],
    ...[
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${keys}/known`,
      'StrictHostKeyChecking yes',
      'BatchMode yes',
    ],
  ];
  writeFileSync(join(keys, 'config'), `${lines.join('\n')}\n`);
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F "${keys}/config" "$@"\n`, { mode: 0o755 });
  return { PATH: `${bin}:${process.env.PATH}`, SSH_AUTH_SOCK: '' };
}
