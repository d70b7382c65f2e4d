import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { TOOLBOX, temporaryDirectory, writeFiles } from './workspace.js';

/** Another machine with an engine: a real sshd in a container, and in it the socket of a test's engine. */
export interface SshServer {
  /** An environment whose ssh knows the machine as "builder", and may log in as root. */
  env: NodeJS.ProcessEnv;
  /** The same machine for somebody whose key it does not know, and one who does not know its key. */
  stranger: NodeJS.ProcessEnv;
  suspicious: NodeJS.ProcessEnv;
  /** Ends the machine. */
  kill(): Promise<void>;
}

const DOCKERFILE = `FROM ${TOOLBOX}
RUN apt-get update && apt-get install -y --no-install-recommends openssh-server && mkdir -p /run/sshd
`;

const TAG = 'nx-docker-artifact-test/sshd:1';

/** Kept, as installing sshd takes half a minute. */
export async function buildSshImage(): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'ssh-image-'));
  try {
    await writeFiles(context, { Dockerfile: DOCKERFILE });
    await execa('docker', ['build', '-q', '-t', TAG, '--label', 'nx-docker-artifact.image=test', context]);
  } finally {
    await rm(context, { recursive: true });
  }
}

/** @param socket of the engine; it is at /var/run/docker.sock there */
export async function sshServer(socket: string): Promise<SshServer> {
  const top = await temporaryDirectory('ssh');
  const docker = async (...args: string[]) => (await execa('docker', args)).stdout;
  const key = async (name: string) => {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(top, name)]);
    return join(top, name);
  };
  const [host, user, other] = [await key('host'), await key('user'), await key('other')];
  await mkdir(join(top, 'keys'), { mode: 0o700 });
  await copyFile(host, join(top, 'keys/host'));
  await copyFile(`${user}.pub`, join(top, 'keys/authorized_keys'));
  await chmod(join(top, 'keys/host'), 0o600);
  const options = ['HostKey=/keys/host', 'AuthorizedKeysFile=/keys/authorized_keys', 'StrictModes=no'];
  const mounts = ['-v', `${join(top, 'keys')}:/keys:ro`, '-v', `${dirname(socket)}:/engine`];
  const link = `ln -s /engine/${socket.slice(dirname(socket).length + 1)} /var/run/docker.sock`;
  const sshd = `${link}; exec /usr/sbin/sshd -D -e ${options.map((option) => `-o ${option}`).join(' ')}`;
  const id = await docker('run', '-d', '--rm', '-p', '127.0.0.1::22', ...mounts, TAG, 'sh', '-c', sshd);
  const kill = async () => void (await execa('docker', ['rm', '-f', id], { reject: false }));
  onTestFinished(kill);
  const [, port = ''] = /:(\d+)$/m.exec(await docker('port', id, '22')) ?? [];
  const { stdout } = await execa('cat', [`${host}.pub`]);
  await writeFiles(top, { known: `[127.0.0.1]:${port} ${stdout}\n`, nobody: '' });
  const as = async (name: string, identity: string, known: string): Promise<NodeJS.ProcessEnv> => {
    const config = `Host builder
  HostName 127.0.0.1
  Port ${port}
  User root
  IdentityFile ${identity}
  IdentitiesOnly yes
  UserKnownHostsFile ${join(top, known)}
  StrictHostKeyChecking yes
`;
    // ssh reads the configuration of the user's home, whatever HOME says
    const ssh = `#!/bin/sh\nexec /usr/bin/ssh -F "${join(top, name, 'config')}" "$@"\n`;
    await writeFiles(join(top, name), { config, 'bin/ssh': { content: ssh, mode: 0o755 } });
    const PATH = `${join(top, name, 'bin')}:${process.env.PATH}`;
    return { ...process.env, PATH, SSH_AUTH_SOCK: '', DOCKER_HOST: 'ssh://builder' };
  };
  return {
    env: await as('me', user, 'known'),
    stranger: await as('stranger', other, 'known'),
    suspicious: await as('suspicious', user, 'nobody'),
    kill,
  };
}
