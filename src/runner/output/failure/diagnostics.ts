import type { Hint } from '../../../conventions/hints.js';
import { readable, withoutEscapes } from '../../../util/lines.js';
import { STEP_HINTS, UNLIKE_ERRORS } from './build-failures.js';

const MOST_ERRORS = 8;
const TAIL = 12;
/** Characters of a line that are shown. */
export const SHOWN = 300;

/** Lines of these end a build; what make itself says is what follows from one of them. */
const REAL =
  /\b[Ee]rror:|\b[Ff]atal:|\bfatal error|^ninja(?:\[\d+\])?: \*\*\*|^ERROR\b|undefined reference|^Killed$|internal compiler error/;
const MAKE_FAILED = /^make(?:\[\d+\])?: \*\*\*/;
/** A program that only looks for something prints these, too. */
const DOUBTFUL = /: not found$|command not found|[Pp]ermission denied|No such file or directory/;
/** What a failing build prints first; later lines of a parallel make often come from jobs that were still running. */
const ERROR = new RegExp([REAL, MAKE_FAILED, DOUBTFUL].map(({ source }) => source).join('|'));
/** Two patterns, in the case in which they occur: one for all takes twice the time, for a million lines. */
const CAUSE =
  /No space left|quota exceeded|[Oo]ut of memory|allocate memory|bad_alloc|\d Killed\b|Could not resolve|unable to resolve|in name resolution|is unreachable/;

/** A line that looks like an error, and where it begins: in bytes of the log. */
export interface Found {
  line: string;
  at: number;
}

/** The error that a failing build is to show, and others that are not what follows from one. */
export interface Errors {
  first: Found;
  others: Found[];
}

/** Collects the lines of a build that its user wants to read when it fails. */
export class Diagnostics {
  private errors: (Found & { isReal: boolean })[] = [];
  /** The first one that no program prints which only looks for something. */
  private real: Found | undefined;
  /** The last of the others before make's own message: what make failed for. */
  private doubtful: Found | undefined;
  private readonly tail: string[] = [];
  private lastAt = 0;
  private makeFailed = false;
  private hints = new Set<Hint>();
  /** What the last headline made of no importance. */
  private dropped: { real: Found; hints: Set<Hint> } | undefined;

  /**
   * @param raw latin1, as of `Lines`
   * @param at where it begins in the log
   * @returns whether make says with it that something failed
   */
  add(raw: string, at = 0): boolean {
    const line = withoutEscapes(raw); // gcc colours the word "error"
    this.tail.push(line);
    if (this.tail.length > TAIL) this.tail.shift();
    this.lastAt = at;
    if (line.startsWith('>>> ')) this.resetAtHeadline();
    if (!ERROR.test(line) && !CAUSE.test(line) && !UNLIKE_ERRORS.test(line)) return false;
    return this.addError(line, at);
  }

  private addError(line: string, at: number): boolean {
    const hints = STEP_HINTS.filter((hint) => hint.match?.test(line));
    for (const hint of hints) this.hints.add(hint);
    const isOfMake = MAKE_FAILED.test(line);
    const isReal = !isOfMake && (!DOUBTFUL.test(line) || REAL.test(line) || hints.length > 0);
    if (isReal) this.real ??= { line, at };
    else if (!isOfMake && !this.makeFailed) this.doubtful = { line, at };
    this.makeFailed ||= isOfMake;
    if (this.errors.length < MOST_ERRORS) this.errors.push({ line, at, isReal });
    return isOfMake;
  }

  /** The build got to its next headline: what looked like an error before it (a failed probe, a mirror) was not one. */
  private resetAtHeadline(): void {
    if (this.makeFailed) return;
    if (this.real) this.dropped = { real: this.real, hints: this.hints };
    this.errors = [];
    this.real = undefined;
    this.doubtful = undefined;
    this.hints = new Set();
  }

  /**
   * With -jN that headline may be another package's: what came since that of the one that failed is an error after all, where
   * there is none after it.
   * @param since where that begins in the log
   */
  recover(since: number): void {
    const { real, dropped } = this;
    if (real || !dropped || dropped.real.at < since) return;
    this.real = dropped.real;
    this.errors.unshift({ ...dropped.real, isReal: true });
    for (const hint of dropped.hints) this.hints.add(hint);
  }

  /** Why the step failed, where its output or its exit code says so. */
  hint(exitCode: number): Hint | undefined {
    return STEP_HINTS.find((hint) => this.hints.has(hint) || hint.exitCodes?.includes(exitCode));
  }

  /** Undefined when no line looked like an error. */
  found(): Errors | undefined {
    const { errors, real, doubtful, makeFailed } = this;
    const first = real ?? (makeFailed ? doubtful : undefined) ?? errors[0];
    return first && { first, others: errors.filter(({ at, isReal }) => isReal && at !== first.at) };
  }

  /** Where the last line begins. */
  get end(): number {
    return this.lastAt;
  }

  /** The first error lines, or the last lines when none looked like an error. */
  lines(): string[] {
    const found = this.errors.length > 0 ? this.errors.map(({ line }) => line) : this.tail;
    return found.map(shown).filter((line) => line.trim() !== '');
  }
}

/** @param line latin1 */
export function shown(line: string): string {
  return readable(line).slice(0, SHOWN);
}
