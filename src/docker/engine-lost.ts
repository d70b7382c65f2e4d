import { ArtifactError } from '../errors.js';
import { engineMessage } from './engine.js';

/** Whether an error is of the connection to the engine, and not the engine's answer. */
export function isConnectionError(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return syscall === 'connect' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** The error for something of which nobody knows how it ended, as the engine or the container went away. */
export function engineLost(tried: string, cause: unknown): ArtifactError {
  return new ArtifactError('ENGINE_LOST', {
    tried,
    cause: `the connection to the engine or the container was lost: ${engineMessage(cause)}`,
    hint: 'Was the engine restarted, or the container removed? The build volume is kept: run the target again.',
  });
}
