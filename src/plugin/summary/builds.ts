import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHIVE_DIR } from '../../conventions/own-outputs.js';

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
  /** Of the archive, in bytes. */
  size?: number;
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
    return {
      name: configuration ? `${project}:${configuration}` : project,
      result: RESULTS[status] ?? status,
      took: startTime && endTime ? endTime - startTime : undefined,
      size: failed ? undefined : archiveSize(join(workspaceRoot, output)),
    };
  });
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
