import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sshAgent } from '../../../src/runner/host/ssh-agent.js';
import { testAgent } from '../../support/ssh-agent.js';
import { writeFiles } from '../../support/workspace.js';

const IN_CONTAINER = '/run/nx-docker-artifact/ssh-agent.sock';
const here = { users: 'same' as const, sharesFiles: true, sshAgentSocket: undefined, ignoredLimits: [] };

test("sshAgent() mounts the agent's socket, and nothing of ~/.ssh but the known hosts", async () => {
  const env = await testAgent();
  expect(sshAgent(env, here)).toEqual({
    mounts: [{ type: 'bind', source: env.SSH_AUTH_SOCK, target: IN_CONTAINER }],
    env: [`SSH_AUTH_SOCK=${IN_CONTAINER}`],
    worldWritable: [],
  });
  await writeFiles(env.HOME, { '.ssh/known_hosts': '', '.ssh/id_ed25519': '' });
  const hosts = { type: 'bind', source: join(env.HOME, '.ssh/known_hosts'), readonly: true };
  expect(sshAgent(env, here).mounts.slice(1)).toEqual([{ ...hosts, target: '/etc/ssh/ssh_known_hosts' }]);
});

test('sshAgent() uses the socket of Docker Desktop, which only root may use at first', () => {
  const { mounts, worldWritable } = sshAgent(
    { HOME: '/nowhere' },
    { ...here, sshAgentSocket: '/run/host-services/ssh-auth.sock' },
  );
  expect(mounts).toEqual([
    { type: 'bind', source: '/run/host-services/ssh-auth.sock', target: IN_CONTAINER },
  ]);
  expect(worldWritable).toEqual([IN_CONTAINER]);
});

test.each([
  [{}, 'SSH_AUTH_SOCK is not set'],
  [{ SSH_AUTH_SOCK: '' }, 'SSH_AUTH_SOCK is not set'],
  [{ SSH_AUTH_SOCK: '/nowhere' }, 'SSH_AUTH_SOCK is /nowhere, which is not a socket'],
  [{ SSH_AUTH_SOCK: '/etc/passwd' }, 'SSH_AUTH_SOCK is /etc/passwd, which is not a socket'],
  [{ SSH_AUTH_SOCK: '/etc/passwd/x' }, 'SSH_AUTH_SOCK is /etc/passwd/x, which is not a socket'],
])('sshAgent() throws one clear error without an agent (%j)', (env, cause) => {
  expect(() => sshAgent(env, here)).toThrow(
    expect.objectContaining({ code: 'SSH_AGENT_MISSING', message: expect.stringContaining(cause) }),
  );
});

test('sshAgent() reports that userns-remap keeps containers from the agent', () => {
  const remapped = { ...here, users: 'remapped' as const, sharesFiles: false };
  expect(() => sshAgent({ SSH_AUTH_SOCK: '/nowhere' }, remapped)).toThrow(
    /^SSH_AGENT_MISSING: .*the engine has userns-remap/,
  );
});

test('sshAgent() reports that an engine elsewhere does not reach the agent', async () => {
  expect(() => sshAgent({ SSH_AUTH_SOCK: '/nowhere' }, { ...here, sharesFiles: false })).toThrow(
    /^SSH_AGENT_MISSING: .*the engine does not see the files of this machine/,
  );
});
