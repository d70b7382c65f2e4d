import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The record of a build (docs/output.md), as far as it is used here. */
export interface BuildRecord {
  configuration: string | null;
  started: string;
  result: string;
  packages: { name: string; start_ms: number; end_ms?: number }[];
  waited_ms?: number;
  failure?: { code?: string; package?: string; step?: string } | null;
}

/** The newest record of a configuration that was begun at that time, in milliseconds since 1970. */
export function recordOf(
  directory: string,
  configuration: string | null,
  { from, to }: { from: number; to: number },
): BuildRecord | undefined {
  for (const number of numbersIn(directory)) {
    const record = readRecord(join(directory, `${number}.json`));
    if (!record || record.configuration !== configuration) continue;
    const started = Date.parse(record.started);
    return started >= from && started <= to ? record : undefined;
  }
  return undefined;
}

/** The package whose steps took longest together; undefined where none took a second. */
export function slowestOf({ packages }: BuildRecord): { name: string; took: number } | undefined {
  const sums = new Map<string, number>();
  for (const { name, start_ms, end_ms = start_ms } of packages)
    sums.set(name, (sums.get(name) ?? 0) + end_ms - start_ms);
  const [slowest] = [...sums].sort(([, one], [, other]) => other - one);
  return slowest && slowest[1] >= 1000 ? { name: slowest[0], took: slowest[1] } : undefined;
}

/** The newest first. */
function numbersIn(directory: string): number[] {
  try {
    const names = readdirSync(directory).filter((name) => /^\d+\.json$/.test(name));
    return names.map((name) => Number.parseInt(name, 10)).sort((one, other) => other - one);
  } catch {
    return []; // nothing was built here
  }
}

function readRecord(path: string): BuildRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8'));
    return record.version === 1 && Array.isArray(record.packages) ? record : undefined;
  } catch {
    return undefined;
  }
}
