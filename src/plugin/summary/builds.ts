import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHIVE_DIR, TIMING_DIR } from '../../conventions/own-outputs.js';
import { type BuildRecord, recordOf, slowestOf } from './records.js';

/** What Nx says of a task that ran (Nx: PostTasksExecutionContext), as far as it is used here. */
export interface TaskResult {
  status: string;
  task: {
    id: string;
    target: { project: string; configuration?: string };
    outputs?: readonly string[];
    /** Milliseconds since 1970. */
    startTime?: number;
    endTime?: number;
  };
}

/** A package that was built, or taken from a cache, in a run of Nx. */
export interface Build {
  /** The project, with its configuration where there is one. */
  name: string;
  result: string;
  /** Milliseconds; undefined for what did not run. */
  took?: number;
  /** Milliseconds of that for other builds of the package. */
  waited?: number;
  /** Of the archive, in bytes. */
  size?: number;
  /** The package in it that took longest. */
  slowest?: { name: string; took: number };
}

const RESULTS: Record<string, string> = {
  success: 'built',
  failure: 'failed',
  'local-cache': 'local cache',
  'local-cache-kept-existing': 'unchanged',
  'remote-cache': 'remote cache',
};

/** The builds among the tasks of a run: those whose output is the directory of an archive. */
export function buildsOf(results: readonly TaskResult[], workspaceRoot: string): Build[] {
  return results.flatMap(({ status, task }) => {
    const output = task.outputs?.find((path) => path === ARCHIVE_DIR || path.endsWith(`/${ARCHIVE_DIR}`));
    if (output === undefined) return [];
    const { project, configuration } = task.target;
    const { startTime, endTime } = task;
    const failed = status === 'failure' || status === 'skipped';
    const timing = join(workspaceRoot, output.slice(0, -ARCHIVE_DIR.length), TIMING_DIR);
    const record =
      startTime && endTime
        ? recordOf(timing, configuration ?? null, { from: startTime, to: endTime })
        : undefined;
    return {
      name: configuration ? `${project}:${configuration}` : project,
      result: (record && failureText(record)) ?? RESULTS[status] ?? status,
      took: startTime && endTime ? endTime - startTime : undefined,
      waited: record?.waited_ms || undefined,
      slowest: record && slowestOf(record),
      size: failed ? undefined : archiveSize(join(workspaceRoot, output)),
    };
  });
}

/** "failed in host-cmake, build"; undefined of a build that did not fail. */
function failureText({ result, failure }: BuildRecord): string | undefined {
  if (result === 'interrupted') return 'interrupted';
  if (result !== 'failure' || !failure) return undefined;
  const { code, package: name, step } = failure;
  if (name !== undefined) return `failed in ${[name, step].filter(Boolean).join(', ')}`;
  return code && `failed, ${code}`;
}

/** The file that has its digest beside it. */
function archiveSize(directory: string): number | undefined {
  try {
    const names = readdirSync(directory);
    const archive = names.find((name) => names.includes(`${name}.sha256`));
    return archive === undefined ? undefined : statSync(join(directory, archive)).size;
  } catch {
    return undefined; // somebody has removed it meanwhile
  }
}
