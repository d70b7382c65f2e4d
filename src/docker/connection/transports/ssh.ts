import { type SshTarget, type Transport, unsupported } from './transport.js';
import { SYSTEM_SOCKET } from './unix.js';

/** An engine's socket on another machine: `ssh://[user@]host[:port][/socket]`. */
export const ssh: Transport = {
  schemes: ['ssh'],
  endpoint(address, source) {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.password)
      throw unsupported(address.replace(/:[^@/]*@/, ':...@'), source, 'ssh takes no password from it');
    const tunnel = url && targetOf(url);
    if (!tunnel) throw unsupported(address, source, 'it is not a valid address for ssh');
    return { address: address.replace(/\/+$/, ''), source, local: false, options: {}, tunnel };
  },
};

/** Undefined for what ssh could take for something else: a name that begins with a dash would be one of its options. */
function targetOf({ username, hostname, port, pathname, search, hash }: URL): SshTarget | undefined {
  const [user, path] = [decoded(username), decoded(pathname)];
  const host = hostname.replace(/^\[|\]$/g, '');
  if (user === undefined || path === undefined || host === '' || search || hash) return undefined;
  const destination = user ? `${user}@${host}` : host;
  if (/^-|[\s:@]-|[\0\n]/.test(destination) || /[\0\n:]/.test(path)) return undefined;
  const socket = path === '' || path === '/' ? SYSTEM_SOCKET : path;
  return { destination, port: port ? Number(port) : undefined, socket };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
