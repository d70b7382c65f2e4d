import type { PackageTime } from './record.js';

/** Where Buildroot writes down how long each step of a package takes. */
export const buildTimeLog = (workdir: string) => `${workdir}/build/build-time.log`;

/** One line of Buildroot's build-time.log: "1718000000.123456789:start:build               : busybox". */
interface Entry {
  /** Milliseconds, by the engine's clock. */
  time: number;
  state: string;
  step: string;
  name: string;
}

/** When a headline said that a step begins, in milliseconds since the start of the build. */
export interface Seen {
  name: string;
  version: string;
  step: string;
  at: number;
}

const LINE = /^(\d+(?:\.\d+)?):(start|end) *:([\w-]+) *: (\S+)$/;

export function parseBuildTimeLog(text: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    const [, seconds, state, step, name] = LINE.exec(line) ?? [];
    if (!seconds || !state || !step || !name) return []; // of a build that was cut off
    return [{ time: Number(seconds) * 1000, state, step, name }];
  });
}

/**
 * The steps of a log, by our own clock: a headline comes right after its entry, so that the smallest difference of the two
 * is that of the clocks.
 * @param begin when the step of the build began, where no headline fits
 */
export function packageTimes(entries: readonly Entry[], seen: readonly Seen[], begin: number): PackageTime[] {
  const key = ({ name, step }: { name: string; step: string }) => `${name} ${step}`;
  const at = new Map(seen.map((one) => [key(one), one.at]));
  const versions = new Map(seen.map(({ name, version }) => [name, version]));
  const differences = entries.flatMap((entry) => {
    const shown = entry.state === 'start' ? at.get(key(entry)) : undefined;
    return shown === undefined ? [] : [shown - entry.time];
  });
  const difference = differences.length > 0 ? Math.min(...differences) : begin - (entries[0]?.time ?? 0);
  const open = new Map<string, PackageTime>();
  const times: PackageTime[] = [];
  for (const entry of entries) {
    const ms = Math.round(entry.time + difference);
    if (entry.state === 'start') {
      const { name, step } = entry;
      const time: PackageTime = { name, version: versions.get(name) ?? '', step, start_ms: ms };
      open.set(key(entry), time);
      times.push(time);
    } else {
      const time = open.get(key(entry));
      if (time) time.end_ms = ms;
      open.delete(key(entry));
    }
  }
  return times;
}
