import { type Transport, unsupported } from './transport.js';

/** Docker's own ports, without and with TLS. */
const PORT = 2375;
const TLS_PORT = 2376;

/** HTTP over TCP, with TLS where there are certificates or the scheme is https: `tcp://h:p`, `http(s)://h:p`. */
export const tcp: Transport = {
  schemes: ['tcp', 'http', 'https'],
  endpoint(address, source, tls) {
    const http = address.replace(/^[a-z]+:/, 'http:');
    const host = URL.canParse(http) ? new URL(http).hostname.replace(/^\[|\]$/g, '') : '';
    if (host === '') throw unsupported(address, source, 'it is not a valid engine address');
    const secure = tls ?? (address.startsWith('https:') ? {} : undefined);
    // not the URL's port, which is empty for http's own, 80
    const port = Number(/:(\d+)(\/.*)?$/.exec(address)?.[1] ?? (secure ? TLS_PORT : PORT));
    return {
      address: `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`,
      source,
      local: false,
      options: { host, port, protocol: secure ? 'https' : 'http', socketPath: undefined, ...secure },
    };
  },
};
