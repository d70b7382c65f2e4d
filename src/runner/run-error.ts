import { hintFor } from '../conventions/hints.js';
import { ArtifactError, type ErrorCode } from '../errors.js';

/** Codes that say where something failed, but not why. */
const UNSPECIFIC: ErrorCode[] = ['CONTAINER_START', 'FILE_ACCESS', 'IMAGE_BUILD_FAILED', 'IMAGE_MISSING'];
/** How Node reports it for our own files; programs and the engine use words. */
const NO_SPACE_HERE = /\b(ENOSPC|EDQUOT): /;

/** What a run fails with: an interrupt above all, as it makes everything else fail; and a full disk as what it is. */
export function toRunError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (!(error instanceof ArtifactError) || !UNSPECIFIC.includes(error.code)) return error;
  const known = hintFor(NO_SPACE_HERE.test(error.message) ? 'host' : 'engine', error.message);
  return known?.code === 'DISK_FULL' ? error.as(known.code, known.hint) : error;
}
