import type Docker from 'dockerode';
import { systemCode } from '../../errors.js';
import { debug } from '../../util/debug.js';

type Done = (error: unknown, answer: unknown) => void;

/** The two steps of docker-modem's request that the debug log looks at. */
interface Modem {
  buildRequest(options: { method: string; path: string }, context: unknown, data: unknown, done: Done): void;
  /** Called with the answer, or an error: its sixth parameter is the response, its last the request's `done`. */
  buildPayload(...parameters: unknown[]): void;
}

/**
 * Writes every request of a client to the debug log: method, path, status, and how long it took until the answer began.
 * The query is left out, as build arguments stand in it; headers and bodies are never looked at.
 */
export function logRequests(docker: Docker): void {
  const modem = docker.modem as unknown as Modem;
  const statuses = new WeakMap<Done, number>();
  const buildPayload = modem.buildPayload.bind(modem);
  modem.buildPayload = (...parameters) => {
    const { statusCode } = parameters[5] as { statusCode?: number };
    if (statusCode !== undefined) statuses.set(parameters.at(-1) as Done, statusCode);
    buildPayload(...parameters);
  };
  const buildRequest = modem.buildRequest.bind(modem);
  modem.buildRequest = (options, context, data, done) => {
    const started = performance.now();
    const request = `${options.method} ${withShortIds(options.path.split('?')[0] ?? '')}`;
    const logged: Done = (error, answer) => {
      const status = statuses.get(logged) ?? (error ? (systemCode(error) ?? 'failed') : 101);
      debug('engine: %s -> %s, %d ms', request, status, Math.round(performance.now() - started));
      done(error, answer);
    };
    buildRequest(options, context, data, logged);
  };
}

/** As the docker CLI shortens them. */
function withShortIds(path: string): string {
  return path.replaceAll(/\b[0-9a-f]{64}\b/g, (id) => id.slice(0, 12));
}
