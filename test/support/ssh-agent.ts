import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './workspace.js';

const IDENTITIES_ANSWER = 12;

/** An SSH agent without keys, as far as it is asked for them (draft-miller-ssh-agent, section 4.4), with its home. */
export async function testAgent(): Promise<{ HOME: string; SSH_AUTH_SOCK: string }> {
  const HOME = await temporaryDirectory('home');
  const SSH_AUTH_SOCK = join(HOME, 'agent.sock');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(Buffer.from([0, 0, 0, 5, IDENTITIES_ANSWER, 0, 0, 0, 0])));
  });
  await new Promise<void>((resolve) => server.listen(SSH_AUTH_SOCK, resolve));
  onTestFinished(() => void server.close());
  return { HOME, SSH_AUTH_SOCK };
}
