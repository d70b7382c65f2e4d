import { hintFor } from '../../conventions/hints.js';
import { ArtifactError } from '../../errors.js';

/** Whether an error is the engine's answer with that HTTP status. */
export function isStatus(error: unknown, ...status: number[]): boolean {
  return status.includes(statusOf(error) ?? 0);
}

/** The HTTP status of an error, where the engine answered at all. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** Whether the engine says that there is none; Podman does so with 500 of a container that it is just removing. */
export function isGone(error: unknown): boolean {
  return isStatus(error, 404) || (isStatus(error, 500) && /no such container/.test(engineMessage(error)));
}

/** Whether the engine says that a container of that name exists; Podman does so with 500. */
export function isNameTaken(error: unknown): boolean {
  return isStatus(error, 409) || (isStatus(error, 500) && /is already in use/.test(engineMessage(error)));
}

/** What docker-modem puts in front of the engine's sentence. */
const FRAME = /^\(HTTP code \d+\) [^-]* - /;

/** The engine's own sentence in an error of dockerode, without its "(HTTP code ...)" frame. */
export function engineMessage(error: unknown): string {
  const json = (error as { json?: { message?: unknown } } | null)?.json;
  if (typeof json?.message === 'string') return json.message;
  if (!(error instanceof Error)) return String(error);
  return error.message.replace(FRAME, '').trim(); // of a request for a stream it is all there is
}

/** Also of an AggregateError, which names no system call: of a host with several addresses ("localhost"). */
const LOST = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'];

/** The engine has not answered a question in time; the code is that of a connection on which nothing comes. */
export class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(request: string, within: string) {
    super(`the engine did not answer within ${within} (${request})`);
  }
}

/** Whether an error is of the connection to the engine, and not the engine's answer. */
export function isConnectionError(error: unknown): boolean {
  const { code = '', syscall = '' } = (error ?? {}) as NodeJS.ErrnoException;
  return ['connect', 'getaddrinfo'].includes(syscall) || LOST.includes(code);
}

/** The error for something whose outcome is unknown, because the engine or the container went away. */
export function engineLost(tried: string, cause: unknown): ArtifactError {
  if (cause instanceof NoAnswer)
    return new ArtifactError('ENGINE_LOST', { tried, cause: cause.message, hint: DOES_IT_ANSWER });
  return new ArtifactError('ENGINE_LOST', {
    tried,
    cause: `the connection to the engine or the container was lost: ${engineMessage(cause)}`,
    hint: 'Was the engine restarted, or the container removed? The build volume is kept: run the target again.',
  });
}

const DOES_IT_ANSWER =
  'Does `docker version` answer, with the same DOCKER_HOST? The build volume is kept: run the target again once it does.';

/** Wraps an unexpected failure of the engine in one of our errors; returns any other error unchanged. */
export function engineFailure(tried: string, error: unknown): unknown {
  if (isConnectionError(error)) return engineLost(tried, error);
  if (statusOf(error) === undefined) return error;
  const cause = `the engine answered: ${engineMessage(error)}`;
  const known = hintFor('engine', cause);
  if (known) return new ArtifactError(known.code, { tried, cause, hint: known.hint });
  const hint =
    'Check the log of the engine. The build volume is kept: run the target again once the engine works.';
  return new ArtifactError('ENGINE_LOST', { tried, cause, hint });
}
