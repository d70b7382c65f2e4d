import { join, resolve } from 'node:path';
import type { ArchiveFile } from '../../artifact/archive/archive-file.js';
import { ArtifactError } from '../../errors.js';
import { copyWhole } from '../../util/copy-file-atomic.js';

/**
 * Copies an archive and its .sha256 into a directory of the user's, each whole or not at all.
 * @returns the archive's new path, absolute
 * @throws ArtifactError FILES
 */
export async function copyTo(archive: ArchiveFile, directory: string): Promise<string> {
  const target = join(resolve(directory), archive.file);
  try {
    await copyWhole(archive.path, target);
    await copyWhole(`${archive.path}.sha256`, `${target}.sha256`);
  } catch (cause) {
    throw new ArtifactError('FILES', {
      tried: `copy the archive to ${target}`,
      cause,
      hint: 'Is "path" a directory you can write to?',
    });
  }
  return target;
}
