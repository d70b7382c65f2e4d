import { parseHost } from '../parse-host.js';
import { readTls } from '../tls.js';
import type { Strategy } from './strategy.js';

/** The variable of the docker CLI; with DOCKER_TLS_VERIFY by the certificates of DOCKER_CERT_PATH. */
export const dockerHost: Strategy = {
  name: 'DOCKER_HOST',
  async find({ env, config }) {
    if (!env.DOCKER_HOST) return 'DOCKER_HOST is not set';
    const tls = env.DOCKER_TLS_VERIFY ? readTls(env.DOCKER_CERT_PATH || config) : undefined;
    return parseHost(env.DOCKER_HOST.trim(), 'DOCKER_HOST', tls);
  },
};
