import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArtifactError } from '../../../errors.js';
import { parseHost } from '../parse-host.js';
import { readTls } from '../tls.js';
import type { Endpoint } from '../transports/transport.js';
import type { Strategy } from './strategy.js';

/** DOCKER_CONTEXT, else the current context of the docker CLI's config.json. dockerode reads neither. */
export const dockerContext: Strategy = {
  name: 'docker context',
  async find({ env, config }) {
    const context = env.DOCKER_CONTEXT || currentContext(config);
    if (!context) return 'neither DOCKER_CONTEXT nor a current context is set';
    return context === 'default' ? 'the docker context is "default"' : contextEndpoint(config, context);
  },
};

function currentContext(config: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(config, 'config.json'), 'utf8'));
    const name = (parsed as { currentContext?: unknown } | null)?.currentContext;
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined; // no config, or one that the docker CLI would warn about: its default is the default socket
  }
}

/**
 * The engine of a context, whose files lie below a folder named by the SHA-256 of its name (docker/cli, context store).
 * @throws ArtifactError ENGINE_UNREACHABLE where it is not there or cannot be read; ENGINE_UNSUPPORTED
 */
export function contextEndpoint(config: string, name: string, by?: string): Endpoint {
  const id = createHash('sha256').update(name).digest('hex');
  const source = `docker context "${name}"${by ? `, which ${by} names` : ''}`;
  try {
    const meta = JSON.parse(readFileSync(join(config, 'contexts/meta', id, 'meta.json'), 'utf8'));
    const tls = join(config, 'contexts/tls', id, 'docker');
    return parseHost(String(meta.Endpoints.docker.Host), source, existsSync(tls) ? readTls(tls) : undefined);
  } catch (error) {
    if (error instanceof ArtifactError) throw error;
    throw new ArtifactError('ENGINE_UNREACHABLE', {
      tried: `read ${source}`,
      cause: error,
      hint: 'See `docker context ls`; choose another with `docker context use` or DOCKER_CONTEXT.',
    });
  }
}
