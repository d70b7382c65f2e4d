import type { Package } from '../../artifact/package.js';
import { readRunning } from '../output/handlers/running-file.js';
import { readLogEnds } from '../output/log-ends.js';
import type { Provenance } from '../recipe/provenance.js';
import { type BuildRecord, records } from '../timing/record.js';
import type { HolderStatus, LastBuildStatus, ProgressStatus } from './types.js';

/** How far the build of a holder is, where it runs on this machine; a shell says nothing. */
export async function progressOf(pkg: Package, holder: HolderStatus): Promise<ProgressStatus | null> {
  const state = await readRunning(pkg, holder);
  if (!state) return null;
  const { phase, phase_started, time, headline = null, progress, lines } = state;
  const { done = null, total = null, name = null, step = null, left_ms = null } = progress ?? {};
  return { phase, phase_started, time, headline, done, total, name, step, left_ms, lines };
}

/** The build that wrote the log. */
export async function lastBuildOf(
  { paths }: Package,
  provenance: Provenance | undefined,
  holder: HolderStatus | null,
): Promise<LastBuildStatus | null> {
  const log = await readLogEnds(paths.log);
  if (!log) return null;
  const unknown = {
    log_time: log.mtime.toISOString(),
    ...{ started: null, finished: null, fresh: null, recipe: null, failure: null },
  };
  if (holder) return { ...unknown, result: 'running' };
  const record = log.started === undefined ? undefined : await recordOfBuild(paths.timing, log.started);
  const { started, finished, fresh, recipe, failure = null } = record ?? unknown;
  const known = { ...unknown, started, finished, fresh, recipe, failure };
  if (log.result === 'interrupted') return { ...known, result: 'interrupted' };
  if (log.result !== 'success') return { ...known, result: 'failed' };
  if (!provenance || provenance.started !== log.started) return { ...known, result: 'unknown' };
  return {
    ...unknown,
    ...{ started: provenance.started, finished: provenance.finished, result: 'succeeded' },
    ...{ fresh: provenance.fresh, recipe: provenance.recipe.digest },
  };
}

async function recordOfBuild(directory: string, started: string): Promise<BuildRecord | undefined> {
  for await (const record of records(directory)) if (record.started === started) return record;
  return undefined;
}
