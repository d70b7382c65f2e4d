import { once } from 'node:events';
import { connect } from 'node:net';
import { systemCode } from '../../../errors.js';
import type { Endpoint } from '../transports/transport.js';
import { socketEndpoint } from '../transports/unix.js';

/** A place where an engine may listen. */
export interface Place {
  /** Whose it is: "Podman, rootless". */
  name: string;
  path: string;
}

/** An engine on this machine accepts a connection within milliseconds. */
const CONNECT_MS = 2_000;

/**
 * The first of the places at which something listens; else the first that the caller may not use, whose error then says that. Else
 * why each was not taken.
 */
export async function firstListening(places: readonly Place[], source: string): Promise<Endpoint | string> {
  const refusals: string[] = [];
  let denied: Place | undefined;
  for (const place of places) {
    const refusal = await whyNot(place.path);
    if (refusal === undefined) return { ...endpointAt(place, source), passed: refusals };
    if (refusal === DENIED) denied ??= place;
    refusals.push(`${place.path} ${refusal}`);
  }
  return denied ? endpointAt(denied, source) : refusals.join(', ');
}

function endpointAt({ name, path }: Place, source: string): Endpoint {
  return socketEndpoint(path, `${source} of ${name}`);
}

const DENIED = 'may not be used';

async function whyNot(path: string): Promise<string | undefined> {
  const socket = connect(path);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    return undefined;
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there';
    return code === 'EACCES' || code === 'EPERM' ? DENIED : 'does not answer';
  } finally {
    socket.destroy();
  }
}
