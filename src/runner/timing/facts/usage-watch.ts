import type { BuildContainer } from '../../../backend/types.js';
import { DEADLINES } from '../../../util/deadlines.js';
import { debug } from '../../../util/debug.js';
import type { Usage } from '../record.js';

/** Of a build of a day, too: then every second one goes, and each further one comes after twice the time. */
const MOST_SAMPLES = 720;
const MOST_FAILURES = 3;

/** Asks a container now and then what it uses. */
export class UsageWatch {
  private usage: Usage | undefined;
  private every = DEADLINES.usage as number;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private ended = false;

  /** @param now milliseconds since the start of the build */
  constructor(
    private readonly container: Pick<BuildContainer, 'usage'>,
    private readonly now: () => number,
  ) {
    this.wait();
  }

  /** Nothing of a build that was too short. */
  end(): Usage | null {
    this.ended = true;
    clearTimeout(this.timer);
    return this.usage ?? null;
  }

  private wait(): void {
    if (this.ended || this.failures === MOST_FAILURES) return;
    this.timer = setTimeout(() => void this.look(), this.every).unref();
  }

  private async look(): Promise<void> {
    try {
      const now = await this.container.usage();
      if (this.ended) return;
      if (!now) throw new Error('the engine does not know');
      const { cores, cpuMs, memory, memoryLimit } = now;
      this.usage ??= { cores, memory_limit: memoryLimit, samples: [] };
      this.usage.samples.push({ at_ms: Math.round(this.now()), cpu_ms: Math.round(cpuMs), memory });
      this.failures = 0;
      this.thin(this.usage);
    } catch (error) {
      this.failures++;
      debug('timing: no usage: %s', error);
    }
    this.wait();
  }

  private thin(usage: Usage): void {
    if (usage.samples.length < MOST_SAMPLES) return;
    usage.samples = usage.samples.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }
}
