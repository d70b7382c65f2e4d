import { DEADLINES } from '../../util/deadlines.js';
import type { ProgressEvent } from '../output/events.js';
import type { Report } from '../output/reporter.js';
import type { History } from './durations.js';
import { type Asked, PackageEstimate } from './estimate.js';
import { type PackageStep, packageStep } from './package-step.js';
import type { Count, CountOf } from './progress-pattern.js';

/** ">>>   Finalizing target directory": where Buildroot has the name and the version of a package, there is none. */
const OF_NO_PACKAGE = /^>>> {3}(\S.*)$/;

interface Deps {
  report: Pick<Report, 'emit'>;
  /** Milliseconds since the start. */
  now: () => number;
  /** Read when it is needed: an up-to-date build needs none. */
  history: () => Promise<Pick<History, 'durations' | 'packages' | 'tail_ms' | 'pace'>>;
  /** Whether the build directory was empty. */
  fresh: boolean;
  /** Called once, when a package is being built: that takes the engine some seconds. */
  ask: () => Promise<Asked>;
  /** A step of a package begins. */
  onPackage?: (name: string) => void;
  countOf: CountOf;
}

/** Reports how far a build is: by its packages, or, in a build that has none, by what its tool says. */
export class Progress {
  private estimate: PackageEstimate | undefined;
  private isByPackages = false;
  private last: Pick<ProgressEvent, 'name' | 'step'> = {};
  private steps: (PackageStep & { at: number })[] = [];
  private saidAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: Deps) {}

  /** A headline of the build, of which some begin a step of a package. */
  headline(text: string): void {
    const step = packageStep(text);
    if (!step) {
      this.between(text);
      return;
    }
    void this.deps.report.emit({ type: 'package', ...step });
    this.deps.onPackage?.(step.name);
    const at = this.deps.now();
    if (!this.isByPackages) void this.begin();
    this.isByPackages = true;
    this.last = { name: step.name, step: step.step };
    if (!this.estimate) return void this.steps.push({ ...step, at });
    this.estimate.begin(step.name, step.step, at);
    this.say();
  }

  /** A headline of no package's. */
  private between(text: string): void {
    const [, name] = OF_NO_PACKAGE.exec(text) ?? [];
    if (name === undefined || !this.estimate) return;
    this.estimate.endCurrent();
    this.last = { name };
    this.say();
  }

  /** Another line (latin1, as of `Lines`): a tool may say how far it is. Within a package that is no progress of the build. */
  line(line: string): void {
    const count = this.isByPackages ? undefined : this.deps.countOf(line);
    if (count) this.count(count);
  }

  private count(count: Count): void {
    const now = this.deps.now();
    if (now - this.saidAt < DEADLINES.progress && count.done < count.total) return;
    this.saidAt = now;
    this.emit({ type: 'progress', ...count });
  }

  /** The build is over, or failed. */
  end(): void {
    clearTimeout(this.timer);
    this.estimate = undefined;
    this.isByPackages = true;
  }

  /** Never a failure: a build without an estimate is a build. */
  private async begin(): Promise<void> {
    const { history, ask } = this.deps;
    this.timer = setTimeout(() => {
      ask().then(
        (asked) => {
          this.estimate?.know(asked);
          this.say();
        },
        () => {},
      );
    }, DEADLINES.askBuildOrder).unref();
    const estimate = await history().then(
      (known) => new PackageEstimate(known, this.deps.fresh),
      () => undefined,
    );
    for (const { name, step, at } of this.steps) estimate?.begin(name, step, at);
    this.estimate = estimate;
    this.steps = [];
  }

  private say(): void {
    const known = this.estimate?.at(this.deps.now());
    if (known) this.emit({ type: 'progress', ...known, ...this.last });
  }

  private emit(event: ProgressEvent): void {
    const { left_ms } = event;
    void this.deps.report.emit({
      ...event,
      left_ms: left_ms === undefined ? undefined : Math.round(left_ms),
    });
  }
}
