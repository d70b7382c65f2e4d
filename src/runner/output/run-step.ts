import type { BuildContainer, OutputChunk } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { Lines } from '../../util/lines.js';
import type { Step } from '../plan/steps.js';
import type { Progress } from '../timing/progress.js';
import { Diagnostics } from './diagnostics.js';
import type { HeadlineOf } from './headline.js';
import type { Report } from './reporter.js';
import { StepNotes } from './step-notes.js';

/** What a step needs besides its container. */
export interface Running {
  user: { uid: number; gid: number };
  report: Report;
  headlineOf: HeadlineOf;
  /** The build target, for the commands in messages. */
  target: string;
  /** Looks for progress in the lines of `make`. */
  progress?: Progress;
  /** Where the log is, if there is one. */
  log?: string;
}

/**
 * Runs one step, and reports its output.
 * @throws ArtifactError BUILD_FAILED with the first error lines, OUT_OF_MEMORY, DISK_FULL, ENGINE_LOST
 */
export async function runStep(
  container: BuildContainer,
  { name, argv, shown, workdir }: Step,
  { user: { uid, gid }, report, headlineOf, progress, target, log }: Running,
): Promise<void> {
  const diagnostics = new Diagnostics();
  const notes = new StepNotes(name, target, report);
  const seen: { lines: number; last?: string } = { lines: 0 };
  // line by line, as a burst of headlines in one read must all be seen
  const onLine = (line: string) => {
    seen.lines++;
    seen.last = line;
    diagnostics.add(line);
    notes.add(line);
    const text = headlineOf(line);
    if (text === undefined) return progress?.line(line);
    report.emit({ type: 'headline', text });
    progress?.headline(text);
  };
  const lines = { 1: new Lines(onLine), 2: new Lines(onLine) };
  const tried = `run ${name} (${shown.join(' ')})`;
  const command = { argv, tried, workdir, user: `${uid}:${gid}` };
  const code = await container.exec(command, (chunks: OutputChunk[]) => {
    seen.lines = 0;
    for (const chunk of chunks) lines[chunk.source].push(chunk.data);
    return report.emit({ type: 'text', phase: name, chunks, ...seen });
  });
  lines[1].end();
  lines[2].end();
  if (code === 0) return;
  const where = log === undefined ? [] : [`The complete log is in ${log}`];
  throw stepFailed(tried, code, diagnostics, [...notes.hints(), ...where]);
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
