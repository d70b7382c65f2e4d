/** How long a build waited for others of its package. */
export class Waits {
  private since: number | undefined;
  private sum = 0;

  /** @param now milliseconds */
  constructor(private readonly now: () => number) {}

  /** It has to wait, or for another one. */
  begin(): void {
    this.since ??= this.now();
  }

  /** It has its turn. */
  end(): void {
    this.sum = this.ms;
    this.since = undefined;
  }

  /** Until now. */
  get ms(): number {
    return this.sum + (this.since === undefined ? 0 : Math.round(this.now() - this.since));
  }
}
