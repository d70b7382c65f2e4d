import { once } from 'node:events';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { execa } from 'execa';
import type { ReadEntry } from 'tar';
import { bad } from './archive-file.js';
import { compressionFlag, systemTar, tarEnv } from './tar-command.js';

/** Reads an archive while it is being stored, and tells at its end whether it is whole. */
export interface Verification {
  /** Takes the archive's bytes. It may close early: the verdict says why. */
  input: Writable;
  /** @throws ArtifactError ARCHIVE_BAD when it is corrupt, or has not exactly one top directory */
  verdict(): Promise<void>;
}

/**
 * Lists an archive with the system's tar, which also tests gzip's or xz's check sums. Memory does not grow with it.
 * @param file its name, for the compression and for messages
 */
export async function startVerification(
  file: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Verification> {
  const tops = new Set<string>();
  const add = (name: string) => {
    if (tops.size < 5) tops.add(name.replace(/^\.\//, '').split('/')[0] ?? '');
  };
  if (!(await systemTar(env))) return await withPackage(file, tops, add);
  const tar = execa('tar', ['-t', compressionFlag(file), '-f', '-'], {
    env: tarEnv(env),
    extendEnv: false,
    reject: false,
    cancelSignal: signal,
    buffer: { stdout: false },
    maxBuffer: 64 * 1024,
    encoding: 'latin1',
  });
  tar.stdin.on('error', () => {}); // tar has seen enough; its exit code is the verdict
  const listed = once(createInterface({ input: tar.stdout }).on('line', add), 'close');
  return {
    input: tar.stdin,
    verdict: async () => {
      const result = await tar;
      await listed;
      signal.throwIfAborted();
      if (result.exitCode !== 0)
        throw bad(file, result.shortMessage, result.stderr.trim().split('\n').slice(0, 5));
      oneTop(file, tops);
    },
  };
}

async function withPackage(
  file: string,
  tops: Set<string>,
  add: (name: string) => void,
): Promise<Verification> {
  if (extname(file) !== '.gz')
    throw bad(file, `there is no tar command here that could test a ${extname(file)} archive`);
  const { Parser } = await import('tar');
  const read = (entry: ReadEntry) => {
    add(entry.path);
    entry.resume();
  };
  const parser = new Parser({ strict: true, onReadEntry: read });
  const over = once(parser as never, 'end');
  over.catch(() => {});
  return {
    input: parser as unknown as Writable,
    verdict: async () => {
      await over.catch((error) => {
        throw bad(file, error);
      });
      oneTop(file, tops);
    },
  };
}

function oneTop(file: string, tops: Set<string>): void {
  const names = [...tops].filter((name) => name !== '' && name !== '.');
  if (names.length === 1) return;
  const what = names.length === 0 ? 'nothing in it' : `more than one entry at its top: ${names.join(', ')}`;
  throw bad(file, `it has ${what}; an artifact is one directory`);
}
