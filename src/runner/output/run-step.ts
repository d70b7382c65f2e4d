import type { BuildContainer, OutputChunk } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { Lines } from '../../util/lines.js';
import type { Step } from '../plan/steps.js';
import type { BuildLog } from './build-log.js';
import { Diagnostics } from './diagnostics.js';
import { headlineOf } from './headline.js';
import type { Report } from './reporter.js';

/**
 * Runs one step: its output into the log and to the report.
 * @param user "uid:gid"
 * @throws ArtifactError BUILD_FAILED with the first error lines, OUT_OF_MEMORY, DISK_FULL, ENGINE_LOST
 */
export async function runStep(
  container: BuildContainer,
  { name, argv, workdir }: Step,
  user: string,
  log: BuildLog,
  report: Report,
): Promise<void> {
  const diagnostics = new Diagnostics();
  const lines = { 1: watch(diagnostics, report), 2: watch(diagnostics, report) };
  const code = await container.exec({ argv, workdir, user }, (chunks: OutputChunk[]) => {
    for (const chunk of chunks) lines[chunk.source].push(chunk.data);
    return both(log.write(chunks), report.output(chunks));
  });
  lines[1].end();
  lines[2].end();
  if (code !== 0) throw stepFailed(`run ${name} (${argv.join(' ')})`, code, diagnostics, log.path);
}

/** A promise only where one of the two is: each takes a turn of the event loop. */
function both(one: Promise<void> | void, other: Promise<void> | void): Promise<void> | void {
  return one && other ? Promise.all([one, other]).then(() => {}) : (one ?? other);
}

/** Line by line, as a burst of headlines in one read must all be seen. */
function watch(diagnostics: Diagnostics, report: Report): Lines {
  return new Lines((line) => {
    diagnostics.add(line);
    const headline = headlineOf(line);
    if (headline !== undefined) report.headline(headline);
  });
}

function stepFailed(tried: string, exitCode: number, diagnostics: Diagnostics, log: string): ArtifactError {
  const { code = 'BUILD_FAILED', hint } = diagnostics.hint(exitCode) ?? {};
  return new ArtifactError(code, {
    tried,
    cause: `it ended with exit code ${exitCode}`,
    details: diagnostics.lines(),
    exitCode,
    hint: [hint, `The complete log is in ${log}`].filter(Boolean).join(' '),
  });
}
