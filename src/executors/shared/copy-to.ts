import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { type ArchiveFile, sha256Line } from '../../artifact/archive-file.js';
import { ArtifactError } from '../../errors.js';

/** Copies an archive and its .sha256 into a directory of the user's, each by a temporary file and a rename. */
export async function copyTo(archive: ArchiveFile, directory: string, stdout: Writable): Promise<void> {
  const target = join(resolve(directory), archive.file);
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(resolve(directory), { recursive: true });
    await copyFile(archive.path, temporary);
    await rename(temporary, target);
    await writeFile(temporary, sha256Line(archive.sha256, archive.file));
    await rename(temporary, `${target}.sha256`);
  } catch (cause) {
    throw new ArtifactError('FILES', {
      tried: `copy the archive to ${target}`,
      cause,
      hint: 'Is "path" a directory you can write to?',
    });
  } finally {
    await rm(temporary, { force: true }).catch(() => {}); // the error above says more
  }
  stdout.write(`Copied to ${target}\n`);
}
