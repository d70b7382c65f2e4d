import type { Patience } from './patience.js';
import type { Endpoint } from './transports/transport.js';
import { openTunnel } from './tunnel.js';
import { unreachable } from './unreachable.js';

/** An endpoint that connections can be made to, until it is closed. */
export interface Way {
  endpoint: Endpoint;
  /** What stands between says of a connection that it could not make. */
  said(): string | undefined;
  close(): Promise<void>;
}

/**
 * Opens the way to an endpoint, where there is more to do than to connect.
 * @throws ArtifactError ENGINE_UNREACHABLE
 */
export async function openWay(
  endpoint: Endpoint,
  deps: { env: NodeJS.ProcessEnv; signal: AbortSignal; patience: Patience },
): Promise<Way> {
  if (!endpoint.tunnel) return { endpoint, said: () => undefined, close: async () => {} };
  const tunnel = await openTunnel(endpoint.tunnel, deps).catch((error: unknown) => {
    deps.signal.throwIfAborted();
    throw unreachable(endpoint, error, []);
  });
  const { socketPath, said, close } = tunnel;
  const cli = { DOCKER_HOST: `unix://${socketPath}`, DOCKER_CONTEXT: undefined };
  return { endpoint: { ...endpoint, options: { socketPath }, cli }, said, close };
}
