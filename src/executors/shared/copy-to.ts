import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type ArchiveFile, provenanceFile } from '../../artifact/archive/archive-file.js';
import { ArtifactError } from '../../errors.js';
import { copyFileAtomic } from '../../util/files/copy-file-atomic.js';

/**
 * Copies an archive, its .sha256 and its provenance into a directory of the user's, each completely or not at all.
 * @returns the archive's new path, absolute
 * @throws ArtifactError FILE_ACCESS
 */
export async function copyTo(archive: ArchiveFile, directory: string): Promise<string> {
  const target = join(resolve(directory), archive.file);
  try {
    await copyFileAtomic(archive.path, target);
    await copyFileAtomic(`${archive.path}.sha256`, `${target}.sha256`);
    const provenance = provenanceFile(archive.file);
    const from = join(dirname(archive.path), provenance);
    if (existsSync(from)) await copyFileAtomic(from, join(dirname(target), provenance));
  } catch (cause) {
    throw new ArtifactError('FILE_ACCESS', {
      tried: `copy the archive to ${target}`,
      cause,
      hint: 'Is "path" a directory you can write to?',
    });
  }
  return target;
}
