import type { ErrorCode } from '../errors.js';

/** Who said it: a program or file of this machine, or the engine and what runs in it. */
export type Source = 'host' | 'engine';

/** What a line of output, or an exit code, means for the user. */
export interface Hint {
  source: Source;
  match?: RegExp;
  /** Of a command in the container, whatever it printed. */
  exitCodes?: readonly number[];
  code: ErrorCode;
  hint: string;
}

const NO_SPACE = /no space left on device|disk quota exceeded/i;

/** What shells, make, gcc and the C library print for a process that the kernel killed because memory ran out. */
const KILLED =
  /^Killed$|: line \d+: +\d+ Killed\b|\] (Killed|Error 137)$|Killed signal terminated program|\b[Oo]ut of memory\b|[Cc]annot allocate memory|std::bad_alloc/;
const NO_NETWORK =
  /Could not resolve|unable to resolve host|Temporary failure in name resolution|Network is unreachable/;

/** In this order: the first that fits is what the error says. */
export const HINTS: readonly Hint[] = [
  {
    source: 'engine',
    match: NO_SPACE,
    code: 'DISK_FULL',
    hint: "The engine's disk is full: see `docker system df`, and `nx run <project>:clean --orphans` for volumes nobody needs.",
  },
  {
    source: 'host',
    match: new RegExp(`${NO_SPACE.source}|\\b(ENOSPC|EDQUOT)\\b`, 'i'),
    code: 'DISK_FULL',
    hint: 'Free some space on that disk and run the target again; the build volume is kept.',
  },
  {
    source: 'engine',
    match: KILLED,
    exitCodes: [137],
    code: 'OUT_OF_MEMORY',
    hint: 'A process was killed, most likely because memory ran out: run fewer jobs at once (make_args: ["PARALLEL_JOBS=2"]), or raise "memory" or the engine\'s own limit.',
  },
  {
    source: 'engine',
    // as a shell, or the engine, says it
    exitCodes: [126, 127],
    code: 'BUILD_FAILED',
    hint: 'Is that command in the image, executable, and built for this architecture?',
  },
  {
    source: 'engine',
    match: NO_NETWORK,
    code: 'BUILD_FAILED',
    hint: 'The container could not reach the network: check DNS, the proxy, and the option "network".',
  },
  {
    source: 'host',
    match: /: Cannot exec: No such file/,
    code: 'FILE_ACCESS',
    hint: 'Install that program (Debian: xz-utils, zstd).',
  },
  {
    source: 'host',
    match:
      /: Cannot (open|mkdir|create symlink to [^:]*|hard link to [^:]*): (Permission denied|Read-only)|\b(EACCES|EPERM|EROFS)\b/,
    code: 'FILE_ACCESS',
    hint: 'Check who owns that file or directory.',
  },
];

/** The first hint for a line, or for several. */
export function hintFor(source: Source, text: string): Hint | undefined {
  return HINTS.find((hint) => hint.source === source && hint.match?.test(text));
}

/** The hint for a container that ran out of memory, however that was found out. */
export const OUT_OF_MEMORY = HINTS.find(({ code }) => code === 'OUT_OF_MEMORY') as Hint;

/** What to do about an error that says by itself what happened, in terms of project.json. */
export const NEXT_STEP = {
  LOCKED:
    'Wait for it to finish (the default without --no-wait), or stop that process; its container stops with it.',
  CONTAINER_START:
    'The image must have sh and sleep; its ENTRYPOINT, if any, must run the command it is given. Are "mounts", "network", "memory" and "cpus" right?',
  IMAGE_MISSING:
    'Check its name and your network, log in with `docker login`, or build it from a Dockerfile: "build_runner_config": {"docker": ["Dockerfile", "name:tag"]}.',
} as const;
