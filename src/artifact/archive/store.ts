import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { ArtifactError, systemCode } from '../../errors.js';
import { drained } from '../../util/drained.js';
import { writeDurable } from '../../util/files/durable.js';
import { fileError } from '../../util/files/file-error.js';
import { replaceDirectory } from '../../util/files/replace-directory.js';
import { type ArchiveFile, bad, sha256Line } from './archive-file.js';
import type { SystemTar } from './tar-command.js';
import { startVerification } from './verify.js';

interface StoreDeps {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** The system's, where that has been asked for before. */
  tar?: Promise<SystemTar>;
}

/** What is known of an archive once it is written. */
export type Stored = Pick<ArchiveFile, 'file' | 'sha256'>;

interface Target {
  file: string;
  /** Bytes that the content must have. */
  size: number;
  directory: string;
  /** Bytes that a path in the archive may have, so that it can be unpacked. */
  longest?: number;
  /** Other files of the directory, by name. */
  beside?: (archive: Stored) => Record<string, string | Iterable<Buffer>>;
}

/**
 * Stores an archive, its `.sha256` and what belongs beside it as the only files of `directory`, completely or not at all: written, hashed and
 * tested in one pass, in a temporary sibling that takes the directory's place.
 * @throws ArtifactError ARCHIVE_CORRUPT, DISK_FULL, FILE_ACCESS, ENGINE_LOST when `content` fails
 */
export async function storeArchive(
  content: Readable,
  { file, size, directory, longest, beside = () => ({}) }: Target,
  { env, signal, tar }: StoreDeps,
): Promise<ArchiveFile> {
  let sha256 = '';
  try {
    await replaceDirectory(directory, async (fresh) => {
      const verification = await startVerification(file, env, signal, { longest, tar });
      sha256 = await write(content, join(fresh, file), size, verification);
      await writeDurable(join(fresh, `${file}.sha256`), sha256Line(sha256, file));
      for (const [name, of] of Object.entries(beside({ file, sha256 })))
        await writeDurable(join(fresh, name), of);
      return fresh;
    });
  } catch (error) {
    const mapped = storeError(error, content, join(directory, file));
    content.destroy();
    throw mapped;
  }
  return { file, path: join(directory, file), sha256, size };
}

type Verification = Awaited<ReturnType<typeof startVerification>>;

async function write(
  content: Readable,
  path: string,
  size: number,
  verification: Verification,
): Promise<string> {
  const hash = createHash('sha256');
  let length = 0;
  const output = await open(path, 'wx');
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      hash.update(chunk);
      length += chunk.length;
      await Promise.all([output.writeFile(chunk), feed(verification.input, chunk)]);
    }
    await output.datasync();
  } finally {
    verification.input.end();
    await output.close();
  }
  await verification.verdict();
  if (length !== size) throw bad(path, `${length} bytes came out of the container, not ${size}`);
  return hash.digest('hex');
}

async function feed(target: Writable, chunk: Buffer): Promise<void> {
  if (target.destroyed || target.writableEnded || target.write(chunk)) return;
  await drained(target); // if it fails, the verdict says why
}

function storeError(error: unknown, content: Readable, path: string): unknown {
  const tried = `store the archive ${path}`;
  const isLost = content.errored === error || systemCode(error) === 'ERR_STREAM_PREMATURE_CLOSE';
  if (error instanceof ArtifactError || !isLost) return fileError(error, tried);
  return new ArtifactError('ENGINE_LOST', {
    tried,
    cause: error,
    hint: 'Was the engine restarted, or the container removed? The build volume is kept: run the target again.',
  });
}
