import type { Endpoint, Transport } from './transport.js';

export const SYSTEM_SOCKET = '/var/run/docker.sock';

/** A Unix socket: `unix:///x` or, as older clients write it, `unix:/x`. */
export const unix: Transport = {
  schemes: ['unix'],
  endpoint(address, source) {
    const path = address.slice('unix:'.length).replace(/^\/+/, '');
    return socketEndpoint(path ? `/${path}` : SYSTEM_SOCKET, source);
  },
};

export function socketEndpoint(socketPath: string, source: string): Endpoint {
  return { address: socketPath, source, local: true, options: { socketPath } };
}
