import type { BuildContainer, OutputChunk } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { Lines } from '../../util/lines.js';
import type { Step } from '../plan/steps.js';
import type { BuildLog } from './build-log.js';
import { Diagnostics } from './diagnostics.js';
import { headlineOf } from './headline.js';
import type { Report } from './reporter.js';
import { StepNotes } from './step-notes.js';

/** What a step needs besides its container. */
export interface Running {
  user: { uid: number; gid: number };
  log: BuildLog;
  report: Report;
  /** The build target, for the commands in messages. */
  target: string;
}

/**
 * Runs one step: its output into the log and to the report.
 * @throws ArtifactError BUILD_FAILED with the first error lines, OUT_OF_MEMORY, DISK_FULL, ENGINE_LOST
 */
export async function runStep(
  container: BuildContainer,
  { name, argv, shown, workdir }: Step,
  { user: { uid, gid }, log, report, target }: Running,
): Promise<void> {
  const diagnostics = new Diagnostics();
  const notes = new StepNotes(name, target, report);
  const lines = { 1: watch(diagnostics, notes, report), 2: watch(diagnostics, notes, report) };
  const tried = `run ${name} (${shown.join(' ')})`;
  const command = { argv, tried, workdir, user: `${uid}:${gid}` };
  const code = await container.exec(command, (chunks: OutputChunk[]) => {
    for (const chunk of chunks) lines[chunk.source].push(chunk.data);
    return both(log.write(chunks), report.output(chunks));
  });
  lines[1].end();
  lines[2].end();
  if (code === 0) return;
  throw stepFailed(tried, code, diagnostics, [...notes.hints(), `The complete log is in ${log.path}`]);
}

/** A promise only where one of the two is: each takes a turn of the event loop. */
function both(one: Promise<void> | void, other: Promise<void> | void): Promise<void> | void {
  return one && other ? Promise.all([one, other]).then(() => {}) : (one ?? other);
}

/** Line by line, as a burst of headlines in one read must all be seen. */
function watch(diagnostics: Diagnostics, notes: StepNotes, report: Report): Lines {
  return new Lines((line) => {
    diagnostics.add(line);
    notes.add(line);
    const headline = headlineOf(line);
    if (headline !== undefined) report.headline(headline);
  });
}

function stepFailed(
  tried: string,
  exitCode: number,
  diagnostics: Diagnostics,
  hints: string[],
): ArtifactError {
  const { code = 'BUILD_FAILED', hint } = diagnostics.hint(exitCode) ?? {};
  return new ArtifactError(code, {
    tried,
    cause: `it ended with exit code ${exitCode}`,
    details: diagnostics.lines(),
    exitCode,
    hint: [hint, ...hints].filter(Boolean).join(' '),
  });
}
