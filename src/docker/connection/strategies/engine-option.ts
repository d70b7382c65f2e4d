import { parseHost } from '../parse-host.js';
import { readTls } from '../tls.js';
import { contextEndpoint } from './docker-context.js';
import type { Strategy } from './strategy.js';

const SOURCE = 'build_runner_config.engine';
const CONTEXT = 'context:';

/** The option of the package; with DOCKER_TLS_VERIFY by the certificates of DOCKER_CERT_PATH, as DOCKER_HOST. */
export const engineOption: Strategy = {
  name: SOURCE,
  async find({ env, config, engine }) {
    if (!engine) return 'it is not set';
    if (engine.startsWith(CONTEXT)) {
      const context = engine.slice(CONTEXT.length);
      const endpoint = contextEndpoint(config, context, SOURCE);
      return { ...endpoint, cli: { DOCKER_HOST: undefined, DOCKER_CONTEXT: context } };
    }
    const tls = env.DOCKER_TLS_VERIFY ? readTls(env.DOCKER_CERT_PATH || config) : undefined;
    const endpoint = parseHost(engine, SOURCE, tls);
    return { ...endpoint, cli: { DOCKER_HOST: engine, DOCKER_CONTEXT: undefined } };
  },
};
