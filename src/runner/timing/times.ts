import { Phases } from '../output/handlers/phases.js';
import type { HandlerOf } from '../output/reporter.js';
import type { Seen } from './build-time-log.js';
import type { BuildRecord, PackageTime } from './record.js';

const ENDS = new Set(['headline', 'phase_end']);

/** Collects when the phases and the packages of a build were. */
export class Times {
  private readonly phases = new Phases();
  /** By the headlines. */
  readonly seen: (Seen & { end?: number })[] = [];
  private packages: PackageTime[] | undefined;

  readonly handler: HandlerOf = () => ({
    on: (event, at) => {
      if (event.type === 'text') return;
      this.phases.on(event, at);
      const last = this.seen.at(-1);
      // by sight a step ends where there is the next headline, of whatever
      if (last && event.type !== 'package' && event.type !== 'progress')
        last.end ??= ENDS.has(event.type) ? at : undefined;
      if (event.type !== 'package') return;
      const { name, version, step } = event;
      this.seen.push({ name, version, step, at });
    },
  });

  /** Whether it got as far as to be worth keeping. */
  get hasBegun(): boolean {
    return this.phases.all.length > 0;
  }

  /** When the phase began that runs. */
  get begin(): number {
    return this.phases.current?.start ?? 0;
  }

  /** What the build itself says of its packages. */
  take(packages: PackageTime[]): void {
    if (packages.length > 0) this.packages = packages;
  }

  all(): Pick<BuildRecord, 'steps' | 'packages'> {
    const steps = this.phases.all.map(({ name, start, end }) => ({
      ...{ name, start_ms: Math.round(start), end_ms: end === undefined ? undefined : Math.round(end) },
    }));
    return { steps, packages: this.packages ?? this.bySight() };
  }

  private bySight(): PackageTime[] {
    return this.seen.map(({ name, version, step, at, end }) => ({
      ...{
        name,
        version,
        step,
        start_ms: Math.round(at),
        end_ms: end === undefined ? undefined : Math.round(end),
      },
    }));
  }
}
