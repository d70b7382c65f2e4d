import { open } from 'node:fs/promises';
import { hintFor } from '../../conventions/hints.js';
import { ArtifactError, systemCode } from '../../errors.js';

/** Writes a new file, in parts where it is long, and returns when it is on the disk: else a power failure could leave an empty one of its name. */
export async function writeDurable(path: string, content: string | Iterable<Buffer>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const part of typeof content === 'string' ? [content] : content) await file.writeFile(part);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Brings the names in a directory to the disk (fsync(2), of a directory), where the system can do that. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    await directory.sync().finally(() => directory.close());
  } catch (error) {
    // Windows opens no directory, and some file systems (of networks) sync none
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error;
  }
}

/**
 * Brings everything in a directory to the disk: its entire file system (syncfs(2), by sync(1)), as tens of
 * thousands of files one by one would take longer than unpacking them. Where there is no such command, the system
 * does it in its own time.
 * @throws ArtifactError DISK_FULL, FILE_ACCESS when the disk did not take it
 */
export async function syncTree(path: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const { execa } = await import('execa');
  const options = { env: { PATH: env.PATH, LC_ALL: 'C' }, extendEnv: false, reject: false } as const;
  const { stderr = '' } = await execa('sync', ['-f', path], { ...options, cancelSignal: signal });
  signal.throwIfAborted();
  const [, cause] = /error syncing .*: (.*)/.exec(stderr) ?? [];
  if (cause === undefined) return;
  const known = hintFor('host', cause) ?? { code: 'FILE_ACCESS', hint: 'Is that disk failing?' };
  throw new ArtifactError(known.code, { tried: `write ${path} to the disk`, cause, hint: known.hint });
}
