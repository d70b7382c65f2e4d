import { readable, withoutEscapes } from '../../util/lines.js';

const MOST_ERRORS = 8;
const TAIL = 12;

/** What a failing build says first; later lines of a parallel make are often of jobs that had to wait for it. */
const ERROR =
  /\b[Ee]rror:|\b[Ff]atal:|\bfatal error|^(?:make|ninja)(?:\[\d+\])?: \*\*\*|^ERROR\b|undefined reference|^Killed$|: not found$|command not found|[Pp]ermission denied|No such file or directory|internal compiler error/;
/** Two patterns, in the case in which they occur: one for all takes twice the time, for a million lines. */
const CAUSE =
  /No space left|quota exceeded|[Oo]ut of memory|allocate memory|bad_alloc|\d Killed\b|Could not resolve|unable to resolve|in name resolution|is unreachable/;

const NO_SPACE = /No space left on device|Disk quota exceeded/;
/** What shells, make, gcc and the C library say of a process that the kernel killed for want of memory. */
const KILLED =
  /^Killed$|: line \d+: +\d+ Killed\b|\] (Killed|Error 137)$|Killed signal terminated program|\b[Oo]ut of memory\b|[Cc]annot allocate memory|std::bad_alloc/;
const NO_NETWORK =
  /Could not resolve|unable to resolve host|Temporary failure in name resolution|Network is unreachable/;
const MAKE_FAILED = /^make(\[\d+\])?: \*\*\*/;

/** Watches a build's lines for what its user wants to read when it fails. */
export class Diagnostics {
  private errors: string[] = [];
  private readonly tail: string[] = [];
  private makeFailed = false;
  noSpace = false;
  killed = false;
  noNetwork = false;

  /** @param raw latin1, as of {@link Lines} */
  add(raw: string): void {
    const line = withoutEscapes(raw); // gcc colours the word "error"
    this.tail.push(line);
    if (this.tail.length > TAIL) this.tail.shift();
    if (line.startsWith('>>> ')) this.resetAtHeadline();
    if (!ERROR.test(line) && !CAUSE.test(line)) return;
    this.noSpace ||= NO_SPACE.test(line);
    this.killed ||= KILLED.test(line);
    this.noNetwork ||= NO_NETWORK.test(line);
    this.makeFailed ||= MAKE_FAILED.test(line);
    if (this.errors.length < MOST_ERRORS) this.errors.push(line);
  }

  /** The build got to its next headline: what looked like an error before it (a failed probe, a mirror) was none. */
  private resetAtHeadline(): void {
    if (this.makeFailed) return;
    this.errors = [];
    this.noSpace = this.killed = this.noNetwork = false;
  }

  /** The first error lines, or the last lines when none looked like an error. */
  lines(): string[] {
    const found = this.errors.length > 0 ? this.errors : this.tail;
    return found.map((line) => readable(line).slice(0, 300)).filter((line) => line.trim() !== '');
  }
}
