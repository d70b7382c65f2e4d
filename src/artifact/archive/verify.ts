import { once } from 'node:events';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { execa } from 'execa';
import type { ReadEntry } from 'tar';
import { bad } from './archive-file.js';
import { listArgs, memberIn } from './list-line.js';
import { type Member, Members } from './members.js';
import {
  complaints,
  compressionFlag,
  type SystemTar,
  systemTar,
  tarCommand,
  tarError,
  tarOptions,
} from './tar-command.js';

/** Reads an archive while it is being stored, and tells at its end whether it is complete. */
export interface Verification {
  /** Takes the archive's bytes. It may close early: the verdict says why. */
  input: Writable;
  /** @throws ArtifactError ARCHIVE_CORRUPT when it is damaged, or cannot be unpacked */
  verdict(): Promise<void>;
}

/**
 * Lists an archive with the system's tar, which also verifies gzip's or xz's checksums. Memory does not grow with its content.
 * @param file its name, for the compression and for messages
 * @param options.longest bytes that a path in it may have
 * @param options.tar the system's, where that has been asked for before
 */
export async function startVerification(
  file: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  { longest, tar: asked = systemTar(env) }: { longest?: number; tar?: Promise<SystemTar> } = {},
): Promise<Verification> {
  const members = new Members(longest);
  const kind = await asked;
  if (!kind) return await withPackage(file, members, signal);
  const argv = [...listArgs(kind), compressionFlag(file), '-f', '-'];
  const tar = execa(...tarCommand(kind, argv), tarOptions(env, signal));
  tar.stdin.on('error', () => {}); // tar has seen enough; its exit code is the verdict
  const unreadable: string[] = [];
  const lines = createInterface({ input: tar.stdout.setEncoding('latin1') }).on('line', (line) => {
    const member = memberIn(line, kind);
    if (member) members.add(member);
    else if (unreadable.length === 0) unreadable.push(line);
  });
  const over = Promise.all([tar, complaints(tar.stderr, signal), once(lines, 'close')]);
  return {
    input: tar.stdin,
    verdict: async () => {
      const [result, complaint] = await over;
      signal.throwIfAborted();
      if (result.exitCode !== 0) throw tarError(file, result, complaint);
      if (unreadable.length > 0) throw bad(file, 'tar lists it in a form that is not known', unreadable);
      judge(file, members);
    },
  };
}

/** Uses zlib, as the package's own gunzip neither reports all damage nor applies backpressure. */
async function withPackage(file: string, members: Members, signal: AbortSignal): Promise<Verification> {
  if (extname(file) !== '.gz')
    throw bad(file, `no tar command is available to verify a ${extname(file)} archive`);
  const { Parser } = await import('tar');
  const onReadEntry = (entry: ReadEntry) => {
    members.add(memberOf(entry));
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
      judge(file, members);
    },
  };
}

const KINDS: Record<string, Member['kind']> = {
  Directory: 'directory',
  SymbolicLink: 'link',
  Link: 'hard link',
  CharacterDevice: 'special',
  BlockDevice: 'special',
  FIFO: 'special',
};

function memberOf({ path, type, linkpath = '' }: ReadEntry): Member {
  const bytes = (text: string) => Buffer.from(text).toString('latin1');
  return { path: bytes(path), kind: KINDS[type] ?? 'file', target: bytes(linkpath) };
}

function judge(file: string, { problem }: Members): void {
  if (problem !== undefined) throw bad(file, problem);
}
