import { relative } from 'node:path';
import type { ArchiveFile } from '../../artifact/archive/archive-file.js';
import type { Package } from '../../artifact/package.js';
import { ArtifactError, reason } from '../../errors.js';
import { holdOutputs } from '../hold-outputs.js';
import type { Run } from '../run.js';
import { toRunError } from '../run-error.js';
import type { BuildRecord } from '../timing/record.js';
import { Timing } from '../timing/timing.js';
import type { ResultEvent, StartEvent } from './events.js';
import { type BuildLog, buildLog } from './handlers/build-log.js';
import type { Report } from './reporter.js';

/** A build that is reported, and when it began. */
export interface Logged {
  report: Report;
  log: BuildLog;
  timing: Timing;
  started: Date;
}

/**
 * Builds with a log. It begins with what there is to say before its file may be opened, and ends with the result. The file is
 * opened by `build`, as soon as nobody else writes it.
 */
export async function withLog(
  pkg: Package,
  run: Run,
  { recipe, report }: { recipe: string; report: Report },
  build: (logged: Logged) => Promise<ArchiveFile>,
): Promise<ArchiveFile> {
  const log = buildLog(pkg.paths.log, pkg.paths.previousLog);
  const started = run.host.now();
  report.add(log.handler);
  const timing = new Timing(pkg, recipe, report);
  const end = async (event: ResultEvent) => {
    const lines = await timing.write(event.result, started, run.host.now(), failureOf(event));
    for (const text of lines) report.emit({ type: 'note', text });
    await report.emit(event);
  };
  report.emit(startOf(pkg, run, started));
  try {
    const archive = await build({ report, log, timing, started });
    const { path, size, sha256 } = archive;
    const last_ms = durationOf(await timing.last());
    await end({ type: 'result', result: 'success', last_ms, archive: { path, size, sha256 } });
    return archive;
  } catch (cause) {
    const error = toRunError(cause, run.signal);
    if (log.isPending && !run.signal.aborted) await openForFailure(pkg, run, log);
    await end(resultOf(error));
    throw error;
  } finally {
    await log.close();
  }
}

function startOf(pkg: Package, { host }: Run, started: Date): StartEvent {
  const { project, package: name, version, workspaceRoot, paths } = pkg;
  return {
    ...{ type: 'start', project, package: name, version, host: host.name },
    started: started.toISOString(),
    log: relative(workspaceRoot, paths.log),
  };
}

function resultOf(error: unknown): ResultEvent {
  if (!(error instanceof ArtifactError)) return { type: 'result', result: 'failure', message: reason(error) };
  const { code, message, place } = error;
  return {
    type: 'result',
    result: code === 'INTERRUPTED' ? 'interrupted' : 'failure',
    code,
    message,
    ...place,
  };
}

function failureOf({ type, result, message, ...failure }: ResultEvent): BuildRecord['failure'] {
  return result === 'success' ? null : failure;
}

function durationOf(record: BuildRecord | undefined): number | undefined {
  return record && Date.parse(record.finished) - Date.parse(record.started);
}

/** For the output of an image that could not be built. Where another build writes the log, it is not worth waiting for that. */
async function openForFailure(pkg: Package, run: Run, log: BuildLog): Promise<void> {
  const settings = { ...run.settings, wait: false };
  await holdOutputs(pkg, { ...run, settings }, { report: { emit() {} } }, log.open).catch(() => {});
}
