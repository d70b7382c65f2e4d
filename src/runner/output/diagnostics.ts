import type { Hint } from '../../conventions/hints.js';
import { readable, withoutEscapes } from '../../util/lines.js';
import { STEP_HINTS, UNLIKE_ERRORS } from './build-failures.js';

const MOST_ERRORS = 8;
const TAIL = 12;

/** What a failing build prints first; later lines of a parallel make often come from jobs that were still running. */
const ERROR =
  /\b[Ee]rror:|\b[Ff]atal:|\bfatal error|^(?:make|ninja)(?:\[\d+\])?: \*\*\*|^ERROR\b|undefined reference|^Killed$|: not found$|command not found|[Pp]ermission denied|No such file or directory|internal compiler error/;
/** Two patterns, in the case in which they occur: one for all takes twice the time, for a million lines. */
const CAUSE =
  /No space left|quota exceeded|[Oo]ut of memory|allocate memory|bad_alloc|\d Killed\b|Could not resolve|unable to resolve|in name resolution|is unreachable/;

const MAKE_FAILED = /^make(\[\d+\])?: \*\*\*/;

/** Collects the lines of a build that its user wants to read when it fails. */
export class Diagnostics {
  private errors: string[] = [];
  private readonly tail: string[] = [];
  private makeFailed = false;
  private readonly hints = new Set<Hint>();

  /** @param raw latin1, as of {@link Lines} */
  add(raw: string): void {
    const line = withoutEscapes(raw); // gcc colours the word "error"
    this.tail.push(line);
    if (this.tail.length > TAIL) this.tail.shift();
    if (line.startsWith('>>> ')) this.resetAtHeadline();
    if (!ERROR.test(line) && !CAUSE.test(line) && !UNLIKE_ERRORS.test(line)) return;
    for (const hint of STEP_HINTS) if (hint.match?.test(line)) this.hints.add(hint);
    this.makeFailed ||= MAKE_FAILED.test(line);
    if (this.errors.length < MOST_ERRORS) this.errors.push(line);
  }

  /** The build got to its next headline: what looked like an error before it (a failed probe, a mirror) was not one. */
  private resetAtHeadline(): void {
    if (this.makeFailed) return;
    this.errors = [];
    this.hints.clear();
  }

  /** Why the step failed, where its output or its exit code says so. */
  hint(exitCode: number): Hint | undefined {
    return STEP_HINTS.find((hint) => this.hints.has(hint) || hint.exitCodes?.includes(exitCode));
  }

  /** The first error lines, or the last lines when none looked like an error. */
  lines(): string[] {
    const found = this.errors.length > 0 ? this.errors : this.tail;
    return found.map((line) => readable(line).slice(0, 300)).filter((line) => line.trim() !== '');
  }
}
