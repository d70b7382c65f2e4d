import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { syncTree } from '../../util/files/durable.js';
import { fileError } from '../../util/files/file-error.js';
import { replaceDirectory } from '../../util/files/replace-directory.js';
import { placeToReplace } from '../artifact-dir.js';
import { isDockerIdFile } from '../docker-id.js';
import { type ArchiveFile, bad, verifySha256 } from './archive-file.js';
import { extractJs } from './extract-js.js';
import { CHECKSUM, type Markers, readMarker, UNPACKED_FROM, writeMarkers } from './marker-files.js';
import { sanitize } from './sanitize.js';
import { complaints, compressionFlag, systemTar, tarCommand, tarError, tarOptions } from './tar-command.js';

interface UnpackDeps {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/**
 * Unpacks `archive` into `directory` as Nerves does (`tar xf --strip-components=1`, then CHECKSUM without a
 * newline), in a temporary sibling that takes its place when it is complete and the archive's SHA-256 is right.
 * The ids of the build volumes stay.
 * @param checksum 64 upper-case hex digits
 * @throws ArtifactError ARCHIVE_CORRUPT when it is damaged, or has not exactly one top directory; DISK_FULL, FILE_ACCESS
 */
export async function unpack(
  archive: ArchiveFile,
  directory: string,
  checksum: string,
  { env, signal }: UnpackDeps,
): Promise<void> {
  try {
    await replaceDirectory(await placeToReplace(directory), async (fresh) => {
      const results = await Promise.allSettled([extract(archive, fresh, env, signal), verifySha256(archive)]);
      signal.throwIfAborted();
      for (const result of results) if (result.status === 'rejected') throw result.reason;
      const top = await onlyDirectory(archive, fresh);
      await sanitize(archive.path, top);
      await syncTree(top, env, signal); // before CHECKSUM says that it is complete
      await writeMarkers(top, {
        [CHECKSUM]: checksum,
        [UNPACKED_FROM]: archive.sha256,
        ...(await dockerIds(directory, top)),
      });
      return top;
    });
  } catch (error) {
    throw fileError(error, `unpack ${archive.path} into ${directory}`);
  }
}

/** The ids that an artifact names; those in an archive are of no volume here. */
async function dockerIds(artifact: string, unpacked: string): Promise<Markers> {
  const names = await Promise.all([artifact, unpacked].map((path) => readdir(path).catch(() => [])));
  const ids = [...new Set(names.flat())].filter(isDockerIdFile);
  return Object.fromEntries(
    await Promise.all(ids.map(async (name) => [name, await readMarker(artifact, name)] as const)),
  );
}

async function extract(
  archive: ArchiveFile,
  into: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const kind = await systemTar(env);
  if (!kind) return await extractJs(archive, into);
  const argv = ['-x', compressionFlag(archive.file), '-f', archive.path, '--no-same-owner'];
  // cwd, not -C, in which GNU tar takes backslashes for escapes
  const output = { cwd: into, stdin: 'ignore', stdout: 'ignore' } as const;
  const tar = execa(...tarCommand(kind, argv), { ...tarOptions(env, signal), ...output });
  const [result, lines] = await Promise.all([tar, complaints(tar.stderr, signal)]);
  if (result.exitCode !== 0) throw tarError(archive.path, result, lines);
}

async function onlyDirectory(archive: ArchiveFile, directory: string): Promise<string> {
  const names = await readdir(directory);
  const [top] = names;
  if (names.length !== 1 || top === undefined) {
    throw bad(
      archive.path,
      `it has ${names.length} entries at its top, not one directory: ${names.slice(0, 5).join(', ')}`,
    );
  }
  const path = join(directory, top);
  const stat = await lstat(path);
  if (!stat.isDirectory()) throw bad(archive.path, `its only entry "${top}" is not a directory`);
  await chmod(path, stat.mode | 0o700); // it gets our marks, and a new place
  return path;
}
