import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openAgentRelay } from '../../../src/runner/host/agent-relay.js';
import { testAgent } from '../../support/ssh-agent.js';

/** Of an agent without keys, see {@link testAgent}. */
const NO_KEYS = '000000050c00000000';

test('openAgentRelay() leads to the agent, keeps others out, and leaves nothing when it is closed', async () => {
  const { HOME, SSH_AUTH_SOCK } = await testAgent();
  await writeFile(join(HOME, 'known_hosts'), 'host key\n', { mode: 0o600 });
  const relay = await openAgentRelay(SSH_AUTH_SOCK, join(HOME, 'known_hosts'));
  expect((await stat(relay.home)).mode & 0o777).toBe(0o700);
  expect((await stat(join(relay.home, '.ssh/known_hosts'))).mode & 0o777).toBe(0o644);
  const client = connect(relay.socketPath);
  client.write(Buffer.from([0, 0, 0, 1, 11]));
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.toString('hex')).toBe(NO_KEYS);
  const closed = once(client, 'close');
  await relay.close(); // with a connection that is open
  await closed;
  await expect(stat(relay.home)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('openAgentRelay() outlives an agent that is gone, whose connections just end', async () => {
  const { HOME } = await testAgent();
  const relay = await openAgentRelay(join(HOME, 'gone.sock'), join(HOME, 'known_hosts'));
  const client = connect(relay.socketPath);
  await once(client, 'close');
  await relay.close();
});
