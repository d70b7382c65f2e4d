import type { BuildContainer, OutputChunk } from '../../backend/types.js';
import { ArtifactError, type FailedPlace } from '../../errors.js';
import { Lines } from '../../util/lines.js';
import type { Step } from '../plan/steps.js';
import type { Progress } from '../timing/progress.js';
import { Diagnostics } from './failure/diagnostics.js';
import { FailedPlaceFinder, placeText } from './failure/failed-place.js';
import { type FailureLines, failureLines, type StepLog } from './failure/failure-lines.js';
import type { HeadlineOf } from './headline.js';
import type { Report } from './reporter.js';
import { StepNotes } from './step-notes.js';

/** Characters of it in messages. */
const MOST_OF_COMMAND = 120;

/** What a step needs besides its container. */
export interface Running {
  user: { uid: number; gid: number };
  report: Report;
  headlineOf: HeadlineOf;
  /** The build target, for the commands in messages. */
  target: string;
  /** Looks for progress in the lines of `make`. */
  progress?: Progress;
  /** That of the build, which has what the step prints as soon as that is reported. */
  log?: StepLog;
}

/** What the steps of a build have in common. */
export function stepsOf({ uid, gid }: Running['user'], workdir: string) {
  return { user: `${uid}:${gid}`, workdir, series: 'steps' } as const;
}

/**
 * Runs one step, and reports its output.
 * @throws ArtifactError BUILD_FAILED with the first error lines, OUT_OF_MEMORY, DISK_FULL, ENGINE_LOST
 */
export async function runStep(
  container: BuildContainer,
  { name, argv, shown, workdir }: Step,
  { user, report, headlineOf, progress, target, log }: Running,
): Promise<void> {
  const diagnostics = new Diagnostics();
  const finder = new FailedPlaceFinder();
  const from = log?.size ?? 0;
  const notes = new StepNotes(name, target, report);
  const seen: { lines: number; last?: string } = { lines: 0 };
  // line by line, as a burst of headlines in one read must all be seen
  const onLine = (line: string, at: number) => {
    seen.lines++;
    seen.last = line;
    if (diagnostics.add(line, at)) finder.makeFailed(line, report.now());
    notes.add(line);
    const text = headlineOf(line);
    if (text === undefined) return progress?.line(line);
    finder.headline(text, report.now(), at);
    report.emit({ type: 'headline', text });
    progress?.headline(text);
  };
  const lines = { 1: new Lines(onLine), 2: new Lines(onLine) };
  const tried = `run ${name} (${cut(shown.join(' '))})`;
  const command = { argv, tried, ...stepsOf(user, workdir) };
  const code = await container.exec(command, (chunks: OutputChunk[]) => {
    seen.lines = 0;
    let at = log?.size ?? 0;
    for (const { source, data } of chunks) {
      lines[source].push(data, at);
      at += data.length;
    }
    return report.emit({ type: 'text', phase: name, chunks, ...seen });
  });
  lines[1].end();
  lines[2].end();
  if (code === 0) return;
  const place = finder.find(report.now());
  if (finder.begin !== undefined) diagnostics.recover(finder.begin);
  const shownLines = await failureLines(diagnostics, log, from);
  const { code: known = 'BUILD_FAILED', hint } = diagnostics.hint(code) ?? {};
  const where = log === undefined ? [] : [`The complete log is in ${log.path}`];
  const all = [hint, ...notes.hints(), ...where].filter(Boolean).join(' ');
  throw new ArtifactError(known, { tried, exitCode: code, hint: all, ...failure(code, place, shownLines) });
}

/** A command may be a script, and is in the log. */
function cut(command: string): string {
  const line = command.replaceAll(/\s+/g, ' ');
  return line.length <= MOST_OF_COMMAND ? line : `${line.slice(0, MOST_OF_COMMAND)} ...`;
}

function failure(exitCode: number, place: FailedPlace | undefined, { lines, line }: FailureLines) {
  const ended = `it ended with exit code ${exitCode}`;
  return {
    cause: place ? `${ended} in ${placeText(place)}` : ended,
    details: lines,
    place: { ...place, line },
  };
}
