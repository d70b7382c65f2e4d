import { ArtifactError } from '../../errors.js';
import { engineMessage } from './connect.js';

/** Whether an error is of the connection to the engine, and not the engine's answer. */
export function isConnectionError(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return syscall === 'connect' || ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'].includes(code ?? '');
}

/** The error for something of which nobody knows how it ended, as the engine or the container went away. */
export function engineLost(tried: string, cause: unknown): ArtifactError {
  return new ArtifactError('ENGINE_LOST', {
    tried,
    cause: `the connection to the engine or the container was lost: ${engineMessage(cause)}`,
    hint: 'Was the engine restarted, or the container removed? The build volume is kept: run the target again.',
  });
}

/** One of our errors for what the engine itself failed with, and nobody expected; any other error as it is. */
export function engineFailure(tried: string, error: unknown): unknown {
  if (isConnectionError(error)) return engineLost(tried, error);
  if (typeof (error as { statusCode?: unknown } | null)?.statusCode !== 'number') return error;
  const cause = `the engine answered: ${engineMessage(error)}`;
  if (/no space left on device|disk quota exceeded/i.test(cause)) {
    const hint = "The engine's disk is full: see `docker system df`.";
    return new ArtifactError('DISK_FULL', { tried, cause, hint });
  }
  const hint = 'See the log of the engine. The build volume is kept: run the target again when it is well.';
  return new ArtifactError('ENGINE_LOST', { tried, cause, hint });
}
