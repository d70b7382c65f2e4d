import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A socket that leads to the caller's SSH agent, until it is closed. */
export interface AgentRelay {
  socketPath: string;
  /** A directory with the known hosts of the caller, as a home has them. */
  home: string;
  close(): Promise<void>;
}

/**
 * Opens a socket whose connections go on to an agent. An agent's own socket belongs to its user alone (ssh-agent(1)), as known_hosts
 * may; a step that runs as another one may be let in here, while the directory keeps everybody else on this machine out.
 */
export async function openAgentRelay(agent: string, knownHosts: string): Promise<AgentRelay> {
  const home = await mkdtemp(join(tmpdir(), 'nx-docker-artifact-agent-')); // mode 700
  const socketPath = join(home, 'agent.sock');
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const socket = connect(agent);
    for (const end of [client, socket]) {
      sockets.add(end);
      end.once('close', () => sockets.delete(end));
    }
    // an end that fails closes the other one, which is all that ssh is to see of it
    Promise.all([pipeline(client, socket), pipeline(socket, client)]).catch(() => {});
  });
  const close = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await once(server.listen(socketPath), 'listening');
    if (existsSync(knownHosts)) {
      await mkdir(join(home, '.ssh'));
      const copy = join(home, '.ssh/known_hosts');
      await writeFile(copy, await readFile(knownHosts));
      await chmod(copy, 0o644); // whatever the umask
    }
    return { socketPath, home, close };
  } catch (error) {
    await close();
    throw error;
  }
}
