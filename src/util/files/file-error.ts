import { hintFor } from '../../conventions/hints.js';
import { ArtifactError, systemCode } from '../../errors.js';

/**
 * The error for files of ours that cannot be read or written: DISK_FULL or FILE_ACCESS. What is not a system
 * error (an interrupt, a defect) is returned unchanged.
 */
export function fileError(error: unknown, tried: string): unknown {
  const code = systemCode(error) ?? '';
  if (error instanceof ArtifactError || !/^E[A-Z0-9]+$/.test(code)) return error;
  const known = hintFor('host', code) ?? {
    code: 'FILE_ACCESS',
    hint: 'Check who owns that file or directory.',
  };
  return new ArtifactError(known.code, { tried, cause: error, hint: known.hint });
}
