import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { hintFor } from '../../conventions/hints.js';
import { ArtifactError } from '../../errors.js';
import { DEADLINES } from '../../util/deadlines.js';
import { bad } from './archive-file.js';

const FLAG: Record<string, string> = { gz: '-z', xz: '-J', zst: '--zstd' };

/** A frame of zstd with 1024 zero bytes: a tar that ends at once. */
const EMPTY_ZSTD = Buffer.from('28b52ffd00584d00001000000100fb2b8005', 'hex');

/**
 * The environment for tar: messages in English, no surprises from TAR_OPTIONS or GZIP. On a machine with many
 * processors xz's threads would take more memory than tar has: see {@link LIMITED}, which is what xz gets, too.
 */
export function tarEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH: env.PATH, TMPDIR: env.TMPDIR, LC_ALL: 'C', XZ_DEFAULTS: '--threads=1' };
}

export type SystemTar = 'gnu' | 'bsd' | undefined;

/**
 * The kind of the system's tar. GNU tar and bsdtar refuse members that lead out of the directory; busybox's does not
 * always, and it lacks options, so it does not count: then the tar package does the work, 15 times slower.
 */
export async function systemTar(env: NodeJS.ProcessEnv): Promise<SystemTar> {
  const options = { env: tarEnv(env), extendEnv: false, reject: false } as const;
  const { stdout } = await execa('tar', ['--version'], options);
  if (/\(GNU tar\)/.test(stdout ?? '')) return 'gnu';
  return /bsdtar/.test(stdout ?? '') ? 'bsd' : undefined;
}

/** Whether that tar reads `.tar.zst`; GNU tar runs the program zstd. */
export async function readsZstd(env: NodeJS.ProcessEnv): Promise<boolean> {
  const kind = await systemTar(env);
  if (!kind) return false;
  const [name, args] = tarCommand(kind, ['-t', '--zstd', '-f', '-']);
  const { exitCode } = await execa(name, args, {
    ...{ env: tarEnv(env), extendEnv: false, reject: false },
    input: EMPTY_ZSTD,
  });
  return exitCode === 0;
}

/** GNU tar takes as much memory as a member's header asks for, even in a tiny archive: here 4 GiB at most. */
const LIMITED = 'ulimit -v 4194304 2>/dev/null; exec tar "$@"';

/** The system's tar as a command with arguments. */
export function tarCommand(kind: 'gnu' | 'bsd', args: string[]): [string, string[]] {
  return kind === 'gnu' ? ['/bin/sh', ['-c', LIMITED, 'tar', ...args]] : ['tar', args];
}

/** How tar is run: an interrupt ends it; what it prints is read from its streams. */
export function tarOptions(env: NodeJS.ProcessEnv, signal: AbortSignal) {
  return {
    env: tarEnv(env),
    extendEnv: false,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: DEADLINES.grace,
    buffer: false,
  } as const;
}

/** tar's flag for the compression that a file name implies. */
export function compressionFlag(file: string): string {
  return FLAG[/\.tar\.(gz|xz|zst)$/.exec(file)?.[1] ?? 'gz'] ?? '-z';
}

/** Warnings that come by the thousand with exit code 0, and do not matter here. */
const WARNING =
  /: (time stamp|implausibly old time stamp|Ignoring unknown extended header keyword|Removing leading)/;
const SHOWN_LINES = 5;

/**
 * The first lines that tar complained with, in constant memory. An interrupt ends the reading: a program that tar
 * started may keep its stderr open for longer than tar itself lives.
 */
export async function complaints(stderr: Readable, signal: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  const reading = createInterface({ input: stderr });
  const end = () => {
    reading.close();
    stderr.destroy();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const line of reading) {
      if (lines.length < SHOWN_LINES && !WARNING.test(line)) lines.push(line);
    }
  } finally {
    signal.removeEventListener('abort', end);
  }
  return lines;
}

/** What a failed tar means: mostly that the archive is not complete, but not always. */
export function tarError(
  path: string,
  { exitCode, signal }: { exitCode?: number; signal?: string },
  lines: string[],
): ArtifactError {
  const cause = `tar ${signal ? `was killed by ${signal}` : `ended with exit code ${exitCode}`}`;
  const known = hintFor('host', lines.join('\n'));
  if (known)
    return new ArtifactError(known.code, {
      tried: `use the archive ${path}`,
      cause,
      details: lines,
      hint: known.hint,
    });
  return bad(path, cause, lines);
}
