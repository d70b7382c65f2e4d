import type { FailedPlace } from '../../../errors.js';
import { durationText } from '../../../options/units.js';
import { type PackageStep, packageStep } from '../../timing/package-step.js';

/** make: *** [package/pkg-generic.mk:283: /nerves/build/build/host-cmake-3.22/.stamp_built] Error 2 */
const STAMP = /\*\*\* \[(?:.*[: ])?(?:\S*\/)?build\/([^/\s]+)\/\.stamp_(\w+)\]/;

/** Buildroot's stamps (package/pkg-generic.mk, pkg-kconfig.mk), by the names of the steps in build-time.log. */
const STEPS: Record<string, string> = {
  ...{ downloaded: 'download', actual_downloaded: 'download', extracted: 'extract', rsynced: 'rsync' },
  ...{ patched: 'patch', configured: 'configure', dotconfig: 'configure', kconfig_fixup_done: 'configure' },
  ...{ built: 'build', installed: 'install', host_installed: 'install-host' },
  ...{ staging_installed: 'install-staging', images_installed: 'install-image' },
  ...{ target_installed: 'install-target' },
};

interface Begun extends PackageStep {
  at: number;
  /** Where its headline is in the log. */
  place: number;
}

/** Finds out in what a step failed: by what make says, else by the last headline before that. */
export class FailedPlaceFinder {
  /** By the package's directory and the step. */
  private readonly begun = new Map<string, Begun>();
  private last: { text: string; step?: PackageStep; at: number } | undefined;
  private stamp: { directory: string; step: string } | undefined;
  /** When make said first that something failed: other jobs of it go on. */
  private failedAt: number | undefined;

  /**
   * @param at milliseconds, as in the others
   * @param place where it is in the log
   */
  headline(text: string, at: number, place = 0): void {
    const step = packageStep(text);
    if (step) this.begun.set(keyOf(directoryOf(step), step.step), { ...step, at, place });
    if (this.failedAt === undefined) this.last = { text, step, at };
  }

  /** make says that something failed. */
  makeFailed(line: string, at: number): void {
    this.failedAt ??= at;
    if (this.stamp) return;
    const [, directory, stamp = ''] = STAMP.exec(line) ?? [];
    const step = STEPS[stamp];
    if (directory !== undefined && step !== undefined) this.stamp = { directory, step };
  }

  /** @param now when the step ended; undefined where it printed nothing to go by */
  find(now: number): FailedPlace | undefined {
    const { stamp, last, failedAt = now, failed: begun } = this;
    const since = ({ at }: { at: number }) => Math.round(failedAt - at);
    if (stamp) {
      if (begun) return { package: begun.name, step: begun.step, after_ms: since(begun) };
      return { package: this.nameOf(stamp.directory), step: stamp.step };
    }
    if (!last) return undefined;
    if (!last.step) return { headline: titleOf(last.text), after_ms: since(last) };
    return { package: last.step.name, step: last.step.step, after_ms: since(last) };
  }

  /** Where the headline of the step is that make names; undefined where it names none. */
  get begin(): number | undefined {
    return this.failed?.place;
  }

  private get failed(): Begun | undefined {
    return this.stamp && this.begun.get(keyOf(this.stamp.directory, this.stamp.step));
  }

  /** The directory is "<name>-<version>", and both may have a "-". */
  private nameOf(directory: string): string {
    const known = [...this.begun.values()].find((step) => directoryOf(step) === directory);
    return known?.name ?? directory.replace(/-v?\d.*$/, '');
  }
}

/** "host-cmake, build, after 4:12" */
export function placeText({ package: name, step, headline, after_ms }: FailedPlace): string {
  const after = after_ms === undefined ? undefined : `after ${durationText(after_ms)}`;
  return [name ?? (headline && JSON.stringify(headline)), step, after].filter(Boolean).join(', ');
}

const directoryOf = ({ name, version }: PackageStep) => (version === '' ? name : `${name}-${version}`);

const keyOf = (directory: string, step: string) => `${directory} ${step}`;

const titleOf = (headline: string) => headline.replace(/^(>>> *|\[INFO \] *)/, '').slice(0, 100);
