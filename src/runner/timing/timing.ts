import { timingFile } from '../../artifact/archive/archive-file.js';
import type { Stored } from '../../artifact/archive/store.js';
import type { Package } from '../../artifact/package.js';
import type { BuildContainer } from '../../backend/types.js';
import { debug } from '../../util/debug.js';
import { runScript } from '../copy/in-container.js';
import type { ResultEvent } from '../output/events.js';
import type { Report } from '../output/reporter.js';
import type { Step } from '../plan/steps.js';
import { buildTimeLog, packageTimes, parseBuildTimeLog } from './build-time-log.js';
import { carriedText, type History, noHistory, readHistory } from './durations.js';
import { type Begun, BuildFacts, type Facts } from './facts/build-facts.js';
import { Progress } from './progress.js';
import { counts } from './progress-pattern.js';
import { type BuildRecord, lastOfKind, writeRecord } from './record.js';
import { Times } from './times.js';
import { Waits } from './waits.js';

const NOTHING: Facts = { build_order: null, dependencies: null, buildroot: null, usage: null, ccache: null };

/** Watches how long a build takes, and tells how long it may still take by what is known of earlier ones. */
export class Timing {
  private readonly times = new Times();
  /** To be told of each wait. */
  readonly waits: Waits;
  private history: Promise<History> | undefined;
  private facts: BuildFacts | undefined;
  private before: Promise<BuildRecord | undefined> | undefined;
  private begun: Begun | undefined;

  constructor(
    private readonly pkg: Package,
    /** The digest of the recipe. */
    private readonly recipe: string,
    private readonly report: Report,
  ) {
    this.waits = new Waits(report.now);
    report.add(this.times.handler);
  }

  /** To be called before the first step: what Buildroot has written until then is of earlier builds. */
  begin(begun: Begun): void {
    this.facts = new BuildFacts(begun, () => this.knownOfRecipe(), this.report.now);
    this.begun = begun;
  }

  /** Runs a step whose output says how far it is. */
  async watch(step: Step, run: (progress: Progress) => Promise<void>): Promise<void> {
    const progress = new Progress({
      report: this.report,
      now: this.report.now,
      history: () => this.readHistory(),
      fresh: this.fresh === true,
      ask: async () => (await this.facts?.ask(step)) ?? {},
      onPackage: (name) => this.facts?.package(name),
      countOf: counts(this.pkg.options.build_runner_opts.progress),
    });
    try {
      await run(progress);
    } finally {
      progress.end();
    }
  }

  /** What Buildroot itself has written down, and what else there is to ask, to be called while the container is there. */
  async takeBuildTimes(): Promise<void> {
    const { begun, times, facts } = this;
    if (!begun || !facts) return;
    await facts.askAtEnd();
    if (times.seen.length === 0) return;
    const text = await appended(begun.container, buildTimeLog(begun.workdir), begun.logSize).catch(() => '');
    times.take(packageTimes(parseBuildTimeLog(text), times.seen, times.begin));
  }

  /** What goes beside the archive, by its name; nothing of a build without packages. */
  async beside(): Promise<(archive: Stored) => Record<string, string>> {
    const { packages } = this.times.all();
    const text =
      packages.length > 0 ? carriedText(await this.readHistory(), this.times.all(), this.fresh) : undefined;
    return ({ file }) => (text === undefined ? {} : { [timingFile(file)]: text });
  }

  /** How long the last build of the same kind took, if this one was successful. */
  last(): Promise<BuildRecord | undefined> {
    const { paths, configuration = null } = this.pkg;
    this.before ??= lastOfKind(paths.timing, { configuration, fresh: this.fresh });
    return this.before;
  }

  /**
   * A build does not fail as its record or its report cannot be written.
   * @returns lines for who waited long for it
   */
  async write(
    result: ResultEvent['result'],
    started: Date,
    finished: Date,
    failure: BuildRecord['failure'] = null,
  ): Promise<string[]> {
    if (!this.times.hasBegun) return [];
    const { package: name, version, configuration = null, paths, workspaceRoot } = this.pkg;
    try {
      const last = await this.last();
      const record = await writeRecord(paths.timing, {
        ...{ package: name, package_version: version, configuration, recipe: this.recipe },
        ...{ started: started.toISOString(), finished: finished.toISOString(), result, fresh: this.fresh },
        ...this.times.all(),
        ...(this.facts?.end() ?? NOTHING),
        ...{ waited_ms: this.waits.ms, failure },
        compare_with: last?.number ?? null,
      });
      const { reportBuild } = await import('./report/after-build.js');
      return await reportBuild(paths.timing, { record, before: last }, workspaceRoot);
    } catch (error) {
      debug('timing: not written: %s', error);
      return [];
    }
  }

  private get fresh(): boolean | null {
    return this.begun?.fresh ?? null;
  }

  private readHistory(): Promise<History> {
    const { paths } = this.pkg;
    this.history ??= readHistory(paths.timing, paths.archive).catch((error: unknown) => {
      debug('timing: no history: %s', error); // what somebody has put there is no reason for a build to fail
      return noHistory();
    });
    return this.history;
  }

  private async knownOfRecipe() {
    const { orders, dependencies } = await this.readHistory();
    return { order: orders.get(this.recipe), dependencies: dependencies.get(this.recipe) };
  }
}

/** What is in a file after its first bytes; all of it where it is shorter, as it was made anew. */
const APPENDED = `[ -f "$1" ] || exit 0
if [ "$(stat -c %s "$1")" -ge "$2" ]; then tail -c +$(($2 + 1)) "$1"; else cat "$1"; fi`;

async function appended(container: BuildContainer, path: string, from: number): Promise<string> {
  return String(await runScript(container, `read ${path}`, APPENDED, [path, String(from)]));
}
