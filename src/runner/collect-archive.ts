import { existsSync } from 'node:fs';
import { type ArchiveFile, provenanceFile } from '../artifact/archive/archive-file.js';
import { LONGEST_PATH } from '../artifact/archive/members.js';
import { type Stored, storeArchive } from '../artifact/archive/store.js';
import { type SystemTar, systemTar } from '../artifact/archive/tar-command.js';
import type { Package } from '../artifact/package.js';
import type { BuildContainer } from '../backend/types.js';
import { ArtifactError } from '../errors.js';
import { longJson } from './recipe/long-json.js';
import type { Run } from './run.js';

export { systemTar };

/** Bytes by which the name of the directory that an archive is unpacked in may be longer than the artifact's. */
const LONGEST_SUFFIX = 80;

interface Beside {
  describe: (archive: Stored) => object;
  more: (archive: Stored) => Record<string, string>;
}

/**
 * Takes the archive that the last step left out of the container, and stores it.
 * @param describe what the provenance beside it says; `more` is what else goes there
 * @throws ArtifactError ARCHIVE_MISSING, ARCHIVE_CORRUPT, DISK_FULL, FILE_ACCESS, ENGINE_LOST
 */
export async function collectArchive(
  container: BuildContainer,
  pkg: Package,
  directory: string,
  { host, signal, tar }: Pick<Run, 'host' | 'signal'> & { tar?: Promise<SystemTar> },
  { describe, more }: Beside,
): Promise<ArchiveFile> {
  for (const file of candidates(pkg)) {
    const found = await container.openFile(`${directory}/${file}`);
    if (!found) continue;
    if (found.isRead) container.release();
    else found.content.once('end', () => container.release());
    const beside = (archive: Stored) => ({
      [provenanceFile(file)]: lineOf(longJson(describe(archive))),
      ...more(archive),
    });
    const longest = LONGEST_PATH - Buffer.byteLength(pkg.paths.artifact) - LONGEST_SUFFIX;
    const target = { file, size: found.size, directory: pkg.paths.archive, longest, beside };
    const stored = await storeArchive(found.content, target, { env: host.env, signal, tar }).catch(
      (error) => {
        throw error instanceof ArtifactError && error.code === 'ARCHIVE_CORRUPT'
          ? error.as(error.code, whatToLeave(pkg))
          : error;
      },
    );
    return stored;
  }
  const log = existsSync(pkg.paths.log) ? ` The complete log is in ${pkg.paths.log}` : '';
  throw new ArtifactError('ARCHIVE_MISSING', {
    tried: `take the archive ${pkg.archiveFile} out of ${directory}`,
    cause: 'the last step succeeded but did not leave it there',
    hint: whatToLeave(pkg) + log,
  });
}

function* lineOf(parts: Iterable<Buffer>): Generator<Buffer> {
  yield* parts;
  yield Buffer.from('\n');
}

/** What an archive is that has just been built, and is not one: building it again would not help. */
function whatToLeave({ archiveFile, downloadName, options }: Package): string {
  if (options.build_runner_opts.files) return 'Leave that entry out of "build_runner_opts.files": "!...".';
  return `The last step, \`make system\` or the command "archive", must leave ${archiveFile} in the build directory, complete, with one directory in it, ${downloadName}, of files, directories and links. "build_runner_opts.files" packs that for you.`;
}

/** A platform may compress with zstd (`.tar.zst`) instead of what Nerves' names say. */
function candidates(pkg: Package): string[] {
  const others = ['.tar.gz', '.tar.xz', '.tar.zst'].map((extension) => pkg.downloadName + extension);
  return [...new Set([pkg.archiveFile, ...others])];
}
