import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tls } from './transports/transport.js';

/** The certificates in a directory, by the names that the docker CLI gives them. */
export function readTls(directory: string): Tls {
  const read = (name: string) => {
    const path = join(directory, name);
    return existsSync(path) ? readFileSync(path) : undefined;
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
