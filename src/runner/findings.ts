import { readable } from './lines.js';

const MOST_ERRORS = 8;
const TAIL = 12;

/** What a failing build says first; later lines of a parallel make are often of jobs that had to wait for it. */
const ERROR =
  /\berror:|\bfatal:|\bfatal error|^(make|ninja)(\[\d+\])?: \*\*\*|^ERROR\b|undefined reference|No space left on device|^Killed$|: not found$|command not found|Permission denied|No such file or directory|Could not resolve|Temporary failure in name resolution|internal compiler error|^configure: error/i;
const NO_SPACE = 'No space left on device';
const KILLED = /\bKilled\b|Out of memory|virtual memory exhausted|cannot allocate memory/i;
const NO_NETWORK = /Could not resolve|Temporary failure in name resolution|Network is unreachable/i;

/** Watches a build's lines for what its user wants to read when it fails. */
export class Findings {
  private readonly errors: string[] = [];
  private readonly tail: string[] = [];
  noSpace = false;
  killed = false;
  noNetwork = false;

  /** @param line latin1, as of {@link Lines} */
  add(line: string): void {
    this.tail.push(line);
    if (this.tail.length > TAIL) this.tail.shift();
    if (!ERROR.test(line)) return;
    if (line.includes(NO_SPACE)) this.noSpace = true;
    if (KILLED.test(line)) this.killed = true;
    if (NO_NETWORK.test(line)) this.noNetwork = true;
    if (this.errors.length < MOST_ERRORS) this.errors.push(line);
  }

  /** The first error lines, or the last lines when none looked like an error. */
  lines(): string[] {
    const found = this.errors.length > 0 ? this.errors : this.tail;
    return found.map((line) => readable(line).slice(0, 300)).filter((line) => line.trim() !== '');
  }
}
