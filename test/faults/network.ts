import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A network namespace with nothing but a loopback, and in it a way to one server outside. */
export interface Network {
  /** Its path, for nsenter. */
  namespace: string;
  /** "127.0.0.1:5000": what connects there, inside, is connected to the socket outside. */
  address: string;
  end(): Promise<void>;
}

const PORT = 5000;
const FORWARD = `
const { connect, createServer } = require('node:net');
const server = createServer((client) => {
  const server = connect(process.argv[1]);
  client.pipe(server).pipe(client);
  for (const [one, other] of [[client, server], [server, client]]) {
    one.on('error', () => {}).on('close', () => other.destroy());
  }
});
server.listen(${PORT}, '127.0.0.1', () => console.log('up'));
`;

/**
 * Makes a network namespace; a process that forwards to `socketPath` keeps it, and ends with this process.
 * @throws Error where this process is not root
 */
export async function network(socketPath: string): Promise<Network> {
  if (process.getuid?.() !== 0)
    throw new Error('the fault tests start an engine of their own: they need root');
  const forward = 'PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && exec "$@"';
  const argv = ['--net', 'sh', '-c', forward, 'sh', process.execPath, '-e', FORWARD, socketPath];
  const keeper = spawn('setpriv', ['--pdeathsig', 'TERM', 'unshare', ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const up = once(keeper.stdout, 'data').then(() => true);
  if (!(await Promise.race([up, once(keeper, 'exit').then(() => false)]))) {
    throw new Error('no network namespace could be made: is there an ip command (iproute2)?');
  }
  return {
    namespace: `/proc/${keeper.pid}/ns/net`,
    address: `127.0.0.1:${PORT}`,
    end: () => end(keeper),
  };
}

async function end(child: ChildProcess): Promise<void> {
  const over = once(child, 'exit');
  child.kill();
  await over;
}
