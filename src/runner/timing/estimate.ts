import type { History } from './durations.js';

/** How far a build is. */
export interface Estimate {
  done: number;
  total: number;
  /** Milliseconds; undefined as long as too little is known. */
  left_ms?: number;
}

/** What is asked for while a build runs. */
export interface Asked {
  /** Every package, in the order of the build, where that is known. */
  order?: readonly string[];
  /** The directories of the packages that were built before. */
  directories?: readonly string[];
}

/** Nothing is guessed before this part of the work is done. */
const LEAST_DONE = 0.05;
/** Nor where fewer of the packages have known durations: their number alone says little about their time. */
const LEAST_KNOWN = 0.5;

/** Steps that others follow, unless a package had none before. */
const EARLY = new Set(['download', 'actual-download', 'extract', 'rsync', 'patch', 'configure']);

/**
 * How far a build by packages is, and how long it may still take: the known durations of what has not ended, by how fast
 * this build has been compared with them so far.
 */
export class PackageEstimate {
  /** The last step of each package of this build, and when it began. */
  private readonly seen = new Map<string, { step: string; at: number }>();
  private current: string | undefined;
  private began: number | undefined;
  private order: readonly string[];
  /** Undefined as long as nobody knows. */
  private built: ReadonlySet<string> | undefined;
  /** Packages are built that were there: Buildroot does that only without their stamps, another Makefile with any of them. */
  private buildsAgain = false;
  /** Packages are built at the same time: one goes on after another has begun. */
  private interleaves = false;
  /** What a package counts as of which nothing is known. */
  private readonly mean: number;

  /** @param isFresh nothing was built before */
  constructor(
    private readonly history: Omit<History, 'orders' | 'dependencies'>,
    isFresh: boolean,
  ) {
    if (isFresh) this.built = new Set();
    this.order = history.packages;
    const sums = [...history.durations.values()].map(sumOf);
    this.mean = sums.reduce((a, b) => a + b, 0) / Math.max(1, sums.length);
  }

  know({ order, directories }: Asked): void {
    if (order && order.length > 0) this.order = order;
    if (!directories) return;
    this.built = new Set(directories.flatMap((directory) => packageOf(directory, this.order)));
    this.buildsAgain = this.built.has(this.current ?? '');
  }

  /** A step of a package begins. */
  begin(name: string, step: string, at: number): void {
    this.began ??= at;
    this.buildsAgain ||= this.built?.has(name) === true && !this.seen.has(name);
    this.interleaves ||= this.seen.has(name) && this.current !== name;
    this.current = name;
    this.seen.set(name, { step, at });
  }

  /** What begins is no package's. */
  endCurrent(): void {
    this.current = undefined;
    this.interleaves = false; // what follows comes after all packages
  }

  /** Undefined where the total is not known, or what of it was done before. */
  at(now: number): Estimate | undefined {
    const { built } = this;
    const names = new Set([...this.order, ...this.seen.keys()]);
    if (this.order.length === 0 || this.began === undefined || !built) return undefined;
    const before = [...names].filter((name) => built.has(name) && !this.seen.has(name));
    const ended = [...this.seen.keys()].filter((name) => this.hasEnded(name));
    const left_ms = this.left(now, names, new Set(before), ended);
    return { done: before.length + ended.length, total: names.size, left_ms };
  }

  /**
   * One that is built beside others ends with its installation, of which the last step counts as done when another one begins.
   * Without a word of others yet, one that has only been extracted has not ended: make -jN does that with all of them first.
   */
  private hasEnded(name: string): boolean {
    if (name === this.current) return false;
    const step = this.seen.get(name)?.step ?? '';
    if (this.interleaves) return step.startsWith('install');
    return !EARLY.has(step) || [...(this.history.durations.get(name)?.keys() ?? [])].at(-1) === step;
  }

  private left(
    now: number,
    names: ReadonlySet<string>,
    before: ReadonlySet<string>,
    ended: readonly string[],
  ): number | undefined {
    if (this.buildsAgain) return undefined;
    const took = now - (this.began ?? now);
    const { durations } = this.history;
    const toDo = [...names].filter((name) => !before.has(name));
    const known = toDo.filter((name) => durations.has(name)).length;
    if (known === 0 || known < toDo.length * LEAST_KNOWN) return undefined;
    const weight = (name: string) => sumOf(durations.get(name)) || this.mean;
    const work = toDo.reduce((sum, name) => sum + weight(name), 0);
    const running = [...this.seen.keys()].filter((name) => !ended.includes(name));
    const done =
      ended.reduce((sum, name) => sum + weight(name), 0) +
      running.reduce((sum, name) => sum + this.doneOf(name, now), 0);
    if (work === 0 || done / work < LEAST_DONE) return undefined;
    // the pace of the last build counts as much as a part of this one
    const prior = work * LEAST_DONE;
    const pace = (took + prior * this.history.pace) / (done + prior);
    return Math.max(0, (work - done) * pace) + this.history.tail_ms;
  }

  /** Of what runs: the steps that it has behind it, and of the present one as much as it takes at most. */
  private doneOf(name: string, now: number): number {
    const { mean } = this;
    const { step = '', at = now } = this.seen.get(name) ?? {};
    const known = this.history.durations.get(name);
    if (!known) return Math.min(mean, now - at);
    const steps = [...known.keys()];
    const past = steps.slice(0, Math.max(0, steps.indexOf(step)));
    return (
      past.reduce((sum, one) => sum + (known.get(one) ?? 0), 0) + Math.min(known.get(step) ?? 0, now - at)
    );
  }
}

/** A directory is "<name>-<version>", and both may have a "-". */
function packageOf(directory: string, names: readonly string[]): string[] {
  const fitting = names.filter((name) => `${directory}-`.startsWith(`${name}-`));
  return fitting.sort((a, b) => b.length - a.length).slice(0, 1);
}

function sumOf(steps: ReadonlyMap<string, number> | undefined): number {
  return steps ? [...steps.values()].reduce((a, b) => a + b, 0) : 0;
}
