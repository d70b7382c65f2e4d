import { withTimeout } from '../../util/abort-signal.js';

/** How long an engine may take for its answers: for each of them, and for all together until {@link lift}. */
export class Patience {
  private left: number;

  constructor(private readonly all = Number.POSITIVE_INFINITY) {
    this.left = all;
  }

  /** Limits one answer to `ms`, and to what is left, but for `least`. The caller ends it. */
  start(ms: number, signal: AbortSignal, least = 0) {
    const within = Math.min(ms, Math.max(this.left, least));
    const text = `${(this.left < ms ? this.all : ms) / 1000} s${this.left < ms ? ' in all' : ''}`;
    const began = performance.now();
    const limit = withTimeout(within, signal);
    return {
      signal: limit.signal,
      /** Undefined as long as the time has not passed: "10 s". */
      passed: () => (limit.signal.aborted && !signal.aborted ? text : undefined),
      end: () => {
        limit.end();
        this.spend(performance.now() - began);
      },
    };
  }

  /** Counts what was waited for by other means. */
  spend(ms: number): void {
    this.left -= ms;
  }

  /** From here on each answer has its own time. */
  lift(): void {
    this.left = Number.POSITIVE_INFINITY;
  }
}
