import { type Transport, unsupported } from './transport.js';
import { SYSTEM_SOCKET } from './unix.js';

/** An engine's socket on another machine: `ssh://[user@]host[:port][/socket]`. */
export const ssh: Transport = {
  schemes: ['ssh'],
  endpoint(address, source) {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    // what begins with a dash would be one of ssh's options
    const isHost = url && /^\[?[^-]/.test(url.hostname) && !url.username.startsWith('-');
    if (!isHost || url.search || url.hash)
      throw unsupported(address, source, 'it is not a valid address for ssh');
    if (url.password) throw unsupported(address, source, 'ssh takes no password from an address');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const user = url.username && `${decodeURIComponent(url.username)}@`;
    const path = decodeURIComponent(url.pathname);
    return {
      address: `ssh://${user}${url.host}${path === '/' ? '' : path}`,
      source,
      local: false,
      options: {},
      tunnel: {
        destination: `${user}${host}`,
        port: url.port ? Number(url.port) : undefined,
        socket: path === '' || path === '/' ? SYSTEM_SOCKET : path,
      },
    };
  },
};
