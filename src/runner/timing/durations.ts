import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTimingFile } from '../../artifact/archive/archive-file.js';
import { type BuildRecord, records } from './record.js';

/** Milliseconds of each step of each package, the newest that are known. */
export type Durations = Map<string, Map<string, number>>;

/** What earlier builds tell about the next one. */
export interface History {
  durations: Durations;
  /** Every package of a build from an empty directory. */
  packages: string[];
  /** What follows after the last package: images, `make system`, the archive. */
  tail_ms: number;
  /** How long a build takes by its packages' durations: below 1 where several are built at once. */
  pace: number;
  /** The order of the build by the recipe that it was asked for. */
  orders: Map<string, string[]>;
  /** What each package needs, by the recipe. */
  dependencies: Map<string, Record<string, string[]>>;
}

/** Beside the archive, so that it comes out of a cache with it: what a {@link History} is made of. */
interface Carried {
  version: 1;
  durations: Record<string, Record<string, number>>;
  packages: string[];
  tail_ms: number;
  pace: number;
}

/** Of a package that was never built. */
export const noHistory = (): History => ({
  ...{ durations: new Map(), packages: [], tail_ms: 0, pace: 1 },
  ...{ orders: new Map(), dependencies: new Map() },
});

/** The history of a package on this machine; what it does not know is filled in from beside the archive. */
export async function readHistory(directory: string, archiveDirectory: string): Promise<History> {
  const history = noHistory();
  let tail: BuildRecord | undefined;
  let complete: BuildRecord | undefined;
  for await (const record of records(directory)) {
    addNew(history.durations, durationsOf(record));
    if (record.build_order && !history.orders.has(record.recipe))
      history.orders.set(record.recipe, record.build_order);
    if (record.dependencies && !history.dependencies.has(record.recipe))
      history.dependencies.set(record.recipe, record.dependencies);
    if (record.result !== 'success' || record.packages.length === 0) continue;
    tail ??= record;
    if (record.fresh) complete ??= record;
  }
  const carried = await readCarried(archiveDirectory);
  if (carried) addNew(history.durations, carried.durations);
  history.packages = complete ? namesOf(complete) : (carried?.packages ?? []);
  history.tail_ms = tail ? tailOf(tail) : (carried?.tail_ms ?? 0);
  history.pace = complete ? paceOf(complete) : (carried?.pace ?? 1);
  return history;
}

/** What is put beside the archive of a build: what was known, and what it adds. */
export function carriedText(history: History, record: Times, fresh: boolean | null): string {
  const durations = durationsOf(record);
  addNew(durations, history.durations);
  const isComplete = fresh === true && record.packages.length > 0;
  const carried: Carried = {
    version: 1,
    durations: Object.fromEntries([...durations].map(([name, steps]) => [name, Object.fromEntries(steps)])),
    packages: isComplete ? namesOf(record) : history.packages,
    tail_ms: history.tail_ms,
    pace: isComplete ? paceOf(record) : history.pace,
  };
  return `${JSON.stringify(carried)}\n`;
}

type Times = Pick<BuildRecord, 'packages' | 'steps'>;

function durationsOf({ packages }: Times): Durations {
  const durations: Durations = new Map();
  for (const { name, step, start_ms, end_ms } of packages) {
    if (end_ms === undefined) continue;
    const steps = durations.get(name) ?? new Map<string, number>();
    durations.set(name, steps.set(step, (steps.get(step) ?? 0) + end_ms - start_ms));
  }
  return durations;
}

function addNew(to: Durations, from: Durations): void {
  for (const [name, steps] of from) {
    const known = to.get(name);
    if (!known) to.set(name, new Map(steps));
    else for (const [step, ms] of steps) if (!known.has(step)) known.set(step, ms);
  }
}

const asMap = (durations: Carried['durations']): Durations =>
  new Map(Object.entries(durations).map(([name, steps]) => [name, new Map(Object.entries(steps))]));

const namesOf = ({ packages }: Times) => [...new Set(packages.map(({ name }) => name))];

const lastEnd = ({ packages }: Times) => Math.max(...packages.map(({ end_ms = 0 }) => end_ms));

function tailOf(record: Times): number {
  return Math.max(0, Math.max(...record.steps.map(({ end_ms = 0 }) => end_ms)) - lastEnd(record));
}

function paceOf(record: Times): number {
  const sum = record.packages.reduce((ms, { start_ms, end_ms = start_ms }) => ms + end_ms - start_ms, 0);
  const took = lastEnd(record) - Math.min(...record.packages.map(({ start_ms }) => start_ms));
  return sum > 0 ? took / sum : 1;
}

/** Undefined where there is none, as beside what Nerves itself has built, or where it is not one of ours. */
async function readCarried(
  directory: string,
): Promise<(Omit<Carried, 'durations'> & { durations: Durations }) | undefined> {
  const names = await readdir(directory).catch(() => []);
  const name = names.find(isTimingFile);
  try {
    const carried = JSON.parse(await readFile(join(directory, name ?? ''), 'utf8')) as Carried;
    return carried.version === 1 ? { ...carried, durations: asMap(carried.durations) } : undefined;
  } catch {
    return undefined;
  }
}
