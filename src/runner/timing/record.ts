import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ErrorCode, type FailedPlace, systemCode } from '../../errors.js';

/** A step of a package in a build; milliseconds since the start. Without an end it is what failed. */
export interface PackageTime {
  name: string;
  version: string;
  step: string;
  start_ms: number;
  end_ms?: number;
}

/** What the container used, while it was there. */
export interface Usage {
  /** Of the engine's host. */
  cores: number;
  /** Bytes that the container may use; those of the engine's host where it has no limit. */
  memory_limit: number;
  samples: UsageSample[];
}

export interface UsageSample {
  at_ms: number;
  /** Milliseconds that its cores have worked until then, all together. */
  cpu_ms: number;
  /** Bytes, without the files that the kernel would give up at once. */
  memory: number;
}

/** What of Buildroot's .config decides how long a build takes. */
export interface BuildrootSettings {
  ccache: boolean;
  /** Packages are built at the same time. */
  per_package_directories: boolean;
  /** The toolchain is built, too. */
  internal_toolchain: boolean;
  /** There is a mirror that is asked first. */
  mirror: boolean;
}

/** What is kept of a build: `.nerves/timing/<number>.json`, as docs/output.md describes it. */
export interface BuildRecord {
  /** Of this format: another number when a name changes its meaning, or goes. */
  version: 1;
  number: number;
  package: string;
  package_version: string;
  /** null of the default one. */
  configuration: string | null;
  /** The digest of the recipe. */
  recipe: string;
  /** ISO 8601. */
  started: string;
  finished: string;
  result: 'success' | 'failure' | 'interrupted';
  /** Whether the build directory was empty; null where that was not reached. */
  fresh: boolean | null;
  steps: { name: string; start_ms: number; end_ms?: number }[];
  packages: PackageTime[];
  /** Every package of the recipe, in the order of the build, where that was asked for. */
  build_order: string[] | null;
  /** What each package needs, of that recipe (`make show-info`). */
  dependencies: Record<string, string[]> | null;
  buildroot: BuildrootSettings | null;
  usage: Usage | null;
  /** null where it is not known. */
  ccache: { hits: number; misses: number } | null;
  /** For another build of the package; not there in records of older versions, as the next. */
  waited_ms?: number;
  /** Why it did not succeed, and where; null where it did. */
  failure?: ({ code?: ErrorCode } & FailedPlace) | null;
  /** The number of the last successful build of the same kind, fresh or not; null where there is none. */
  compare_with: number | null;
}

const NAME = /^(\d+)\.json$/;
/** How many are kept, besides the newest that tells what a build from an empty directory takes. */
const KEPT = 10;
const MOST_TRIES = 100;

/** The numbers of the records in a directory, the newest first. */
async function numbersIn(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch(() => []);
  const numbers = names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
  return numbers.sort((a, b) => b - a);
}

/** The records of a directory, the newest first, each read when it is asked for. What is no record is passed by. */
export async function* records(directory: string): AsyncGenerator<BuildRecord> {
  for (const number of await numbersIn(directory)) {
    const record = await readRecord(join(directory, `${number}.json`));
    if (record) yield record;
  }
}

/** undefined where there is none of that number. */
export async function recordOf(directory: string, number: number): Promise<BuildRecord | undefined> {
  return await readRecord(join(directory, `${number}.json`));
}

/** What the first records did not have. */
const NOT_KNOWN = { dependencies: null, buildroot: null, usage: null };

async function readRecord(path: string): Promise<BuildRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(path, 'utf8')) as BuildRecord;
    const isOurs = record.version === 1 && Array.isArray(record.packages) && Array.isArray(record.steps);
    return isOurs ? { ...NOT_KNOWN, ...record } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether two builds can be compared: of one configuration, both fresh or both not. */
type Kind = Pick<BuildRecord, 'configuration' | 'fresh'>;

/** The last successful build of a kind. */
export async function lastOfKind(
  directory: string,
  { configuration, fresh }: Kind,
): Promise<BuildRecord | undefined> {
  for await (const record of records(directory))
    if (record.result === 'success' && record.fresh === fresh && record.configuration === configuration)
      return record;
  return undefined;
}

/** Writes a record under the next number, and removes those that are too old. */
export async function writeRecord(
  directory: string,
  record: Omit<BuildRecord, 'number' | 'version'>,
): Promise<BuildRecord> {
  await mkdir(directory, { recursive: true });
  const numbers = await numbersIn(directory);
  for (let number = (numbers[0] ?? 0) + 1, tries = 1; ; number++, tries++) {
    const numbered: BuildRecord = { version: 1, number, ...record };
    try {
      await writeFile(join(directory, `${number}.json`), `${JSON.stringify(numbered)}\n`, { flag: 'wx' });
      await prune(directory);
      return numbered;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' || tries === MOST_TRIES) throw error; // another configuration's
    }
  }
}

async function prune(directory: string): Promise<void> {
  const old = (await numbersIn(directory)).slice(KEPT);
  if (old.length === 0) return;
  let complete: number | undefined;
  for await (const { number, fresh, result } of records(directory))
    if (fresh && result === 'success') {
      complete = number;
      break;
    }
  for (const number of old)
    if (number !== complete) await rm(join(directory, `${number}.json`), { force: true });
}
