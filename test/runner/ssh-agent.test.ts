import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sshAgent } from '../../src/runner/ssh-agent.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const IN_CONTAINER = '/run/nx-docker-artifact/ssh-agent.sock';

async function agent(): Promise<{ HOME: string; SSH_AUTH_SOCK: string }> {
  const HOME = await temporaryDirectory('home');
  const SSH_AUTH_SOCK = join(HOME, 'agent.sock');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(SSH_AUTH_SOCK, resolve));
  onTestFinished(() => void server.close());
  return { HOME, SSH_AUTH_SOCK };
}

test("the agent's socket is mounted, and nothing of ~/.ssh but the known hosts", async () => {
  const env = await agent();
  expect(sshAgent(env, 'linux')).toEqual({
    mounts: [{ Type: 'bind', Source: env.SSH_AUTH_SOCK, Target: IN_CONTAINER }],
    env: [`SSH_AUTH_SOCK=${IN_CONTAINER}`],
  });
  await writeFiles(env.HOME, { '.ssh/known_hosts': '', '.ssh/id_ed25519': '' });
  const hosts = { Type: 'bind', Source: join(env.HOME, '.ssh/known_hosts'), ReadOnly: true };
  expect(sshAgent(env, 'linux').mounts.slice(1)).toEqual([{ ...hosts, Target: '/etc/ssh/ssh_known_hosts' }]);
});

test('Docker Desktop has its own socket for it', () => {
  expect(sshAgent({ HOME: '/nowhere' }, 'darwin').mounts).toEqual([
    { Type: 'bind', Source: '/run/host-services/ssh-auth.sock', Target: IN_CONTAINER },
  ]);
});

test.each([
  [{}, 'SSH_AUTH_SOCK is not set'],
  [{ SSH_AUTH_SOCK: '' }, 'SSH_AUTH_SOCK is not set'],
  [{ SSH_AUTH_SOCK: '/nowhere' }, 'SSH_AUTH_SOCK is /nowhere, which is no socket'],
  [{ SSH_AUTH_SOCK: '/etc/passwd' }, 'SSH_AUTH_SOCK is /etc/passwd, which is no socket'],
])('without an agent (%j) it fails before anything is built', (env, cause) => {
  expect(() => sshAgent(env, 'linux')).toThrow(
    expect.objectContaining({ code: 'SSH_AGENT_MISSING', message: expect.stringContaining(cause) }),
  );
});
