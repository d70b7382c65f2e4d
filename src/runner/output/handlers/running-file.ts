import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Package } from '../../../artifact/package.js';
import { DEADLINES } from '../../../util/deadlines.js';
import { debug } from '../../../util/debug.js';
import type { BuildEvent, Phase, ProgressEvent } from '../events.js';
import type { HandlerOf } from '../reporter.js';

/** How far a build is, as it writes it down while it runs: `status` is another process. */
export interface RunningState {
  version: 1;
  /** Whose this is: what a build that was killed has left is nobody's. */
  pid: number;
  host: string;
  phase: Phase;
  /** ISO 8601, as `time`, which is when this was written. */
  phase_started: string;
  time: string;
  /** The last one of the phase. */
  headline?: string;
  progress?: Omit<ProgressEvent, 'type'>;
  /** Of its output so far. */
  lines: number;
}

const fileOf = ({ paths }: Pick<Package, 'paths'>) => join(paths.timing, 'running.json');

/** Keeps that file while a build runs. A build goes on when it cannot. */
export class RunningFile {
  private readonly path: string;
  private state: RunningState | undefined;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private hasEnded = false;

  constructor(
    pkg: Pick<Package, 'paths'>,
    private readonly host: { pid: number; name: string; now: () => Date },
  ) {
    this.path = fileOf(pkg);
  }

  readonly handler: HandlerOf = () => ({ on: (event) => this.on(event) });

  private on(event: BuildEvent): void {
    if (this.hasEnded) return;
    if (event.type === 'phase_start') this.begin(event.phase);
    if (!this.state) return;
    if (event.type === 'text') this.state.lines += event.lines;
    if (event.type === 'headline') this.state.headline = event.text;
    if (event.type === 'progress') {
      const { type, ...progress } = event;
      this.state.progress = progress;
    }
    this.timer ??= setTimeout(() => this.write(), DEADLINES.runningFile).unref();
  }

  private begin(phase: Phase): void {
    const { pid, name: host, now } = this.host;
    const [time, lines] = [now().toISOString(), this.state?.lines ?? 0];
    this.state = { version: 1, pid, host, phase, phase_started: time, time, lines };
  }

  private write(): void {
    this.timer = undefined;
    const text = JSON.stringify({ ...this.state, time: this.host.now().toISOString() });
    const fresh = `${this.path}.new`;
    this.writing = this.writing
      .then(() => mkdir(dirname(this.path), { recursive: true }))
      .then(() => writeFile(fresh, text))
      .then(() => rename(fresh, this.path))
      .catch((error: unknown) => debug('running: not written: %s', error));
  }

  /** The build has ended, however it did. */
  async end(): Promise<void> {
    this.hasEnded = true;
    clearTimeout(this.timer);
    await this.writing;
    for (const path of [this.path, `${this.path}.new`]) await rm(path, { force: true }).catch(() => {});
  }
}

/** Undefined where no build of that process has written one. */
export async function readRunning(
  pkg: Pick<Package, 'paths'>,
  { pid, host }: { pid: number; host: string },
): Promise<RunningState | undefined> {
  try {
    const state = JSON.parse(await readFile(fileOf(pkg), 'utf8')) as RunningState;
    return state.version === 1 && state.pid === pid && state.host === host ? state : undefined;
  } catch {
    return undefined;
  }
}
