/** Every code an {@link ArtifactError} can carry; users match on it, so a code is never renamed. */
export const ERROR_CODES = [
  'ARCHIVE_CORRUPT',
  'ARCHIVE_MISSING',
  'ARCHIVE_STALE',
  'BAD_OPTION',
  'BUILD_FAILED',
  'CLEAN_INCOMPLETE',
  'CONFIG_BAD',
  'CONTAINER_START',
  'CREATE_BUILD_NOT_EXECUTABLE',
  'DEFCONFIG_MISSING',
  'DISK_FULL',
  'DOWNLOAD_FAILED',
  'ENGINE_DENIED',
  'ENGINE_LOST',
  'ENGINE_TOO_OLD',
  'ENGINE_UNREACHABLE',
  'ENGINE_UNSUPPORTED',
  'ENVIRONMENT_BAD',
  'FILE_ACCESS',
  'HASH_MISMATCH',
  'HOST_TOOL_MISSING',
  'IMAGE_BUILD_FAILED',
  'IMAGE_MISSING',
  'INTERRUPTED',
  'LOCKED',
  'MIXFILE_BAD',
  'NO_TTY',
  'OUT_OF_MEMORY',
  'PLATFORM_MISSING',
  'RECORD_MISSING',
  'ROOT_REFUSED',
  'SOURCES_CHANGED',
  'SSH_AGENT_MISSING',
  'TARGET_MISSING',
  'WRONG_ARCHITECTURE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What a step of a build was at when it failed, as far as its output says it. */
export interface FailedPlace {
  /** A package of Buildroot, and its step as build-time.log names it. */
  package?: string;
  step?: string;
  /** The last headline, where that is about no package. */
  headline?: string;
  /** Since the headline of that step. */
  after_ms?: number;
  /** The number of the first error's line in build.log. */
  line?: number;
}

/** What {@link ArtifactError} is made of: what was tried, why it failed, what the user does next. */
interface ErrorParts {
  /** The action, as an infinitive clause: "start a container of image x:1". */
  tried: string;
  /** Why it failed: a sentence, or the error that was caught. */
  cause: unknown;
  /** The next step for the user, in one sentence. */
  hint?: string;
  /** Lines shown as they are below the message, e.g. the first error lines of a log. */
  details?: string[];
  /** Exit code of the failed process, where there was one. */
  exitCode?: number;
  /** Where a build failed. */
  place?: FailedPlace;
}

/**
 * The only error class that reaches a user.
 * `message` holds everything worth printing: code, attempt, cause, details and hint.
 */
export class ArtifactError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly exitCode: number | undefined;
  readonly place: FailedPlace | undefined;
  readonly #parts: ErrorParts;

  constructor(code: ErrorCode, parts: ErrorParts) {
    super(format(code, parts), { cause: parts.cause });
    this.name = 'ArtifactError';
    this.code = code;
    this.hint = parts.hint;
    this.exitCode = parts.exitCode;
    this.place = parts.place;
    this.#parts = parts;
  }

  /** Where this package explains the code: a file, and GitHub's anchor of its heading. */
  get page(): string {
    return `docs/errors.md#${this.code.toLowerCase()}`;
  }

  /** The same failure under the code, and with the hint and the cause, of what it turned out to be. */
  as(code: ErrorCode, hint: string, cause = this.#parts.cause): ArtifactError {
    return new ArtifactError(code, { ...this.#parts, hint, cause });
  }
}

/** A message is to be read: what is longer is cut, whoever wrote it, as a script, a command line or a list of paths would be. */
const MOST = { tried: 300, cause: 1200, line: 320, lines: 20 } as const;

function format(code: ErrorCode, { tried, cause, hint, details = [] }: ErrorParts): string {
  const lines = [`${code}: could not ${cut(tried, MOST.tried)}: ${cut(reason(cause), MOST.cause)}`];
  lines.push(...details.slice(0, MOST.lines).map((line) => `  | ${cut(line, MOST.line)}`));
  if (details.length > MOST.lines) lines.push(`  | and ${details.length - MOST.lines} more`);
  if (hint) lines.push(`  -> ${hint}`);
  return lines.join('\n');
}

/** The beginning and the end: that is where commands and errors say most. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 3);
  return `${text.slice(0, most - end)} ... ${text.slice(-end)}`;
}

/** The text of anything thrown or given as a cause, on one line where it can be. */
export function reason(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reason(cause.errors[0]);
  if (cause instanceof Error) return cause.message.trim() || cause.name;
  return String(cause).trim();
}

/** The system or engine code (`ENOENT`, `ECONNREFUSED`, ...) of anything thrown, if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
