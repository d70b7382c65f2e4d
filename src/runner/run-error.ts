import { engineFailure } from '../docker/connection/errors.js';
import { ArtifactError, type ErrorCode } from '../errors.js';

/** Codes that tell where something failed, and not why. */
const UNSPECIFIC: ErrorCode[] = ['CONTAINER_START', 'FILE_ACCESS', 'IMAGE_BUILD_FAILED', 'IMAGE_MISSING'];
/** As Go, C and the commands of an image say it, and as Node says it of our own files. */
const NO_SPACE = /no space left on device|disk quota exceeded/i;
const NO_SPACE_HERE = /\b(ENOSPC|EDQUOT): /;

/**
 * What a run fails with: an interrupt above all, as it makes everything else fail; what the engine fails with; and a
 * full disk as what it is, wherever it was met.
 */
export function toRunError(error: unknown, tried: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const failure = engineFailure(tried, error);
  if (!(failure instanceof ArtifactError) || !UNSPECIFIC.includes(failure.code)) return failure;
  if (!NO_SPACE.test(failure.message)) return failure;
  return failure.as('DISK_FULL', NO_SPACE_HERE.test(failure.message) ? HERE : THERE);
}

const HERE = 'Free some space on that disk and run the target again; the build volume is kept.';
const THERE =
  "The engine's disk is full: see `docker system df`, and `nx run <project>:clean --orphans` for volumes nobody needs.";
