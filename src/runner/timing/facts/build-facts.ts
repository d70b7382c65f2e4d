import { text } from 'node:stream/consumers';
import type { BuildContainer } from '../../../backend/types.js';
import { debug } from '../../../util/debug.js';
import type { Step } from '../../plan/steps.js';
import type { Asked } from '../estimate.js';
import type { BuildRecord, BuildrootSettings } from '../record.js';
import { askBuild } from './build-order.js';
import { buildrootSettings } from './buildroot-settings.js';
import { type CcacheCounts, ccacheCounts } from './ccache.js';
import { askDependencies } from './dependencies.js';
import { UsageWatch } from './usage-watch.js';

/** What a build knows that has come as far as to its first step. */
export interface Begun {
  container: BuildContainer;
  workdir: string;
  user: { uid: number; gid: number };
  /** Whether the build directory was empty. */
  fresh: boolean;
  /** Bytes of its build-time.log, which are of earlier builds. */
  logSize: number;
}

export type Facts = Pick<BuildRecord, 'build_order' | 'dependencies' | 'buildroot' | 'usage' | 'ccache'>;

/** Of a recipe, by earlier builds. */
export interface Known {
  order?: readonly string[];
  dependencies?: BuildRecord['dependencies'];
}

const CCACHE = 'host-ccache';

/** What a container can be asked about its build, beside the build. No failure of that is one of the build. */
export class BuildFacts {
  private readonly usage: UsageWatch;
  private order: readonly string[] | undefined;
  private dependencies: BuildRecord['dependencies'] = null;
  private buildroot: BuildrootSettings | null = null;
  private ccache: CcacheCounts | null = null;
  private settings: Promise<BuildrootSettings | null> | undefined;
  private ccacheBefore: Promise<CcacheCounts | undefined> | undefined;
  private hasCcache: boolean;

  constructor(
    private readonly begun: Begun,
    /** What is known of this recipe. */
    private readonly known: () => Promise<Known>,
    now: () => number,
  ) {
    this.usage = new UsageWatch(begun.container, now);
    this.hasCcache = !begun.fresh;
  }

  /** The packages that there are to build, and those that were built before. What each needs is asked for in its turn. */
  async ask(step: Step): Promise<Asked> {
    const { container, fresh } = this.begun;
    const { order, dependencies } = await this.known();
    this.order = order;
    this.dependencies = dependencies ?? null;
    const isKnown = order !== undefined;
    const asked: Asked =
      isKnown && fresh ? {} : await askBuild(container, step, { user: this.user, isKnown });
    this.order ??= asked.order;
    if (this.order && !this.dependencies) void this.askDependencies(step, this.order);
    return { ...asked, order: this.order, directories: fresh ? [] : asked.directories };
  }

  /** A step of a package begins: from the first compiler call through ccache on, what it counts is of this build. */
  package(name: string): void {
    this.settings ??= this.readSettings();
    if (name === CCACHE) this.hasCcache = true;
    else if (this.hasCcache && !this.ccacheBefore) this.ccacheBefore = this.countCcache();
  }

  /** What else there is to ask at the end, while the container is there. */
  async askAtEnd(): Promise<void> {
    this.buildroot = (await this.settings) ?? null;
    this.ccache = await this.ccacheOfBuild();
  }

  /** What is known by now. */
  end(): Facts {
    const { order = null, dependencies, buildroot, ccache } = this;
    return { build_order: order && [...order], dependencies, buildroot, usage: this.usage.end(), ccache };
  }

  private get user(): string {
    const { uid, gid } = this.begun.user;
    return `${uid}:${gid}`;
  }

  private async askDependencies(step: Step, order: readonly string[]): Promise<void> {
    try {
      this.dependencies =
        (await askDependencies(this.begun.container, step, { user: this.user, order })) ?? null;
    } catch (error) {
      debug('timing: no dependencies: %s', error);
    }
  }

  private async readSettings(): Promise<BuildrootSettings | null> {
    const { container, workdir } = this.begun;
    try {
      const file = await container.openFile(`${workdir}/.config`);
      return file ? buildrootSettings(await text(file.content)) : null;
    } catch (error) {
      debug('timing: no .config: %s', error);
      return null;
    }
  }

  private async countCcache(): Promise<CcacheCounts | undefined> {
    if (!(await this.settings)?.ccache) return undefined;
    const { container, workdir } = this.begun;
    return await ccacheCounts(container, { workdir, user: this.user }).catch(() => undefined);
  }

  private async ccacheOfBuild(): Promise<CcacheCounts | null> {
    const before = await this.ccacheBefore;
    const after = before && (await this.countCcache());
    if (!before || !after) return null;
    const [hits, misses] = [after.hits - before.hits, after.misses - before.misses];
    return hits < 0 || misses < 0 ? null : { hits, misses };
  }
}
