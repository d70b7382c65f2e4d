import { once } from 'node:events';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { execa } from 'execa';
import type { ReadEntry } from 'tar';
import { bad } from './archive-file.js';
import { complaints, compressionFlag, systemTar, tarCommand, tarError, tarOptions } from './tar-command.js';

/** Reads an archive while it is being stored, and tells at its end whether it is complete. */
export interface Verification {
  /** Takes the archive's bytes. It may close early: the verdict says why. */
  input: Writable;
  /** @throws ArtifactError ARCHIVE_CORRUPT when it is damaged, or has not exactly one top directory */
  verdict(): Promise<void>;
}

/** The names at the top of an archive, and whether something is below them. Five are enough to judge it. */
type Tops = Map<string, boolean>;

function addTo(tops: Tops, name: string): void {
  const [top = '', ...below] = name.replace(/^(\.\/)+/, '').split('/');
  if (top === '' || top === '.' || (tops.size === 5 && !tops.has(top))) return;
  tops.set(top, tops.get(top) || below.length > 0);
}

/**
 * Lists an archive with the system's tar, which also verifies gzip's or xz's checksums. Memory does not grow with it.
 * @param file its name, for the compression and for messages
 */
export async function startVerification(
  file: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Verification> {
  const tops: Tops = new Map();
  const kind = await systemTar(env);
  if (!kind) return await withPackage(file, tops, signal);
  const argv = ['-t', compressionFlag(file), '-f', '-'];
  const tar = execa(...tarCommand(kind, argv), tarOptions(env, signal));
  tar.stdin.on('error', () => {}); // tar has seen enough; its exit code is the verdict
  const lines = createInterface({ input: tar.stdout }).on('line', (name) => addTo(tops, name));
  const over = Promise.all([tar, complaints(tar.stderr, signal), once(lines, 'close')]);
  return {
    input: tar.stdin,
    verdict: async () => {
      const [result, complaint] = await over;
      signal.throwIfAborted();
      if (result.exitCode !== 0) throw tarError(file, result, complaint);
      oneTop(file, tops);
    },
  };
}

/** Uses zlib, as the package's own gunzip neither reports all damage nor applies backpressure. */
async function withPackage(file: string, tops: Tops, signal: AbortSignal): Promise<Verification> {
  if (extname(file) !== '.gz')
    throw bad(file, `no tar command is available to verify a ${extname(file)} archive`);
  const { Parser } = await import('tar');
  const onReadEntry = (entry: ReadEntry) => {
    addTo(tops, entry.path);
    entry.resume();
  };
  let damage: Error | null = null;
  const parser = new Parser({ strict: true, onReadEntry });
  parser.on('error', (error) => {
    damage ??= error as Error;
  });
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      parser.write(chunk);
      done(damage);
    },
    final(done) {
      parser.end();
      done(damage);
    },
  });
  const input = createGunzip();
  const over = pipeline(input, sink, { signal });
  over.catch(() => {});
  return {
    input,
    verdict: async () => {
      await over.catch((error) => {
        signal.throwIfAborted();
        throw bad(file, error);
      });
      oneTop(file, tops);
    },
  };
}

function oneTop(file: string, tops: Tops): void {
  const names = [...tops.keys()];
  if (names.length === 1 && tops.get(names[0]!)) return;
  if (names.length === 1) throw bad(file, `its only entry "${names[0]}" is not a directory`);
  const what = names.length === 0 ? 'nothing in it' : `more than one entry at its top: ${names.join(', ')}`;
  throw bad(file, `it has ${what}; an artifact is one directory`);
}
