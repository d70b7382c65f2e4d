import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ArtifactError } from '../../errors.js';

/** Where an engine listens, and what it takes to talk to it. */
export type Endpoint =
  | { kind: 'socket'; socketPath: string; source: string }
  | { kind: 'tcp'; host: string; port: number; tls?: Tls; source: string };

export interface Tls {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
}

type Env = NodeJS.ProcessEnv;

/**
 * The engine that the docker CLI would use, by its own order: DOCKER_HOST, DOCKER_CONTEXT, the current
 * context of its config.json, the default sockets.
 * dockerode reads neither contexts nor `unix:/x`, and lets DOCKER_TLS_VERIFY turn ssh:// into https.
 * @throws ArtifactError ENGINE_UNSUPPORTED for ssh:// and anything unknown, ENGINE_UNREACHABLE for a lost context
 */
export function findEndpoint(env: Env, home = env.HOME || homedir()): Endpoint {
  const config = env.DOCKER_CONFIG || join(home, '.docker');
  if (env.DOCKER_HOST) {
    const tls = env.DOCKER_TLS_VERIFY ? readTls(env.DOCKER_CERT_PATH || config) : undefined;
    return parseHost(env.DOCKER_HOST.trim(), 'DOCKER_HOST', tls);
  }
  const context = env.DOCKER_CONTEXT || currentContext(config);
  if (context && context !== 'default') return contextEndpoint(config, context);
  return { kind: 'socket', socketPath: defaultSocket(env, home), source: 'the default socket' };
}

const SYSTEM_SOCKET = '/var/run/docker.sock';

/** Of the system's, a rootless engine's and Docker Desktop's socket the first that is there. */
export function defaultSocket(env: Env, home: string, system = SYSTEM_SOCKET): string {
  const rootless = env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'docker.sock')] : [];
  const sockets = [system, ...rootless, join(home, '.docker/run/docker.sock')];
  return sockets.find((path) => existsSync(path)) ?? system;
}

/** Parses a DOCKER_HOST-like address: unix:///x, unix:/x, tcp://h:p, http(s)://h:p or plain h:p. */
export function parseHost(address: string, source: string, tls?: Tls): Endpoint {
  if (address.startsWith('unix:')) {
    const path = address.slice('unix:'.length).replace(/^\/+/, '');
    return { kind: 'socket', socketPath: path ? `/${path}` : SYSTEM_SOCKET, source };
  }
  const scheme = /^([a-z]+):\/\//.exec(address)?.[1] ?? 'tcp';
  if (!['tcp', 'http', 'https'].includes(scheme))
    throw unsupported(address, source, `${scheme} addresses are not supported`);
  const http = address.includes('://') ? address.replace(/^[a-z]+:/, 'http:') : `http://${address}`;
  const host = URL.canParse(http) ? new URL(http).hostname.replace(/^\[|\]$/g, '') : '';
  if (host === '') throw unsupported(address, source, 'it is no address of an engine');
  const secure = tls ?? (scheme === 'https' ? {} : undefined);
  // not the URL's port, which is empty for http's own, 80
  const port = Number(/:(\d+)(\/.*)?$/.exec(address)?.[1] ?? (secure ? 2376 : 2375));
  return { kind: 'tcp', host, port, tls: secure, source };
}

function unsupported(address: string, source: string, cause: string): ArtifactError {
  return new ArtifactError('ENGINE_UNSUPPORTED', {
    tried: `use the Docker engine at ${address} (from ${source})`,
    cause,
    hint: 'For an engine behind ssh, forward its socket (ssh -L /tmp/docker.sock:/var/run/docker.sock HOST) and set DOCKER_HOST=unix:///tmp/docker.sock.',
  });
}

function currentContext(config: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(config, 'config.json'), 'utf8'));
    const name = (parsed as { currentContext?: unknown } | null)?.currentContext;
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined; // no config, or one that the docker CLI would warn about: its default is the default socket
  }
}

/** A context's files lie below a folder named by the SHA-256 of its name (docker/cli, context store). */
function contextEndpoint(config: string, name: string): Endpoint {
  const id = createHash('sha256').update(name).digest('hex');
  const source = `docker context "${name}"`;
  try {
    const meta = JSON.parse(readFileSync(join(config, 'contexts/meta', id, 'meta.json'), 'utf8'));
    const tlsDir = join(config, 'contexts/tls', id, 'docker');
    return parseHost(
      String(meta.Endpoints.docker.Host),
      source,
      existsSync(tlsDir) ? readTls(tlsDir) : undefined,
    );
  } catch (error) {
    if (error instanceof ArtifactError) throw error;
    throw new ArtifactError('ENGINE_UNREACHABLE', {
      tried: `read ${source}`,
      cause: error,
      hint: 'See `docker context ls`; choose another with `docker context use` or DOCKER_CONTEXT.',
    });
  }
}

function readTls(directory: string): Tls {
  const read = (name: string) => {
    const path = join(directory, name);
    return existsSync(path) ? readFileSync(path) : undefined;
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
