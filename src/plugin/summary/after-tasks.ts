import { appendFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { debug } from '../../util/debug.js';
import { buildsOf, type TaskResult } from './builds.js';
import { markdownTable, plainTable } from './table.js';

/** What a run of Nx was (Nx: PostTasksExecutionContext), as far as it is used here. */
export interface TasksContext {
  workspaceRoot: string;
  taskResults: Record<string, TaskResult>;
}

/**
 * Tells what became of the packages of a run: of several in a table below the output, and on GitHub of all in the summary of the
 * job ("Workflow commands", GITHUB_STEP_SUMMARY). Where Nx's daemon runs this, its standard output is nobody's.
 * It never throws: the run is over, and what it built is there.
 */
export function summarize(
  { workspaceRoot, taskResults }: TasksContext,
  env: NodeJS.ProcessEnv,
  stdout: Writable,
): void {
  try {
    const builds = buildsOf(Object.values(taskResults), workspaceRoot);
    if (builds.length > 1) stdout.write(`\n${plainTable(builds)}`);
    const page = env.GITHUB_STEP_SUMMARY;
    if (page && builds.length > 0) appendFileSync(page, `\n${markdownTable(builds)}`);
  } catch (error) {
    debug('summary: %s', error);
  }
}
