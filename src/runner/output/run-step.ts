import type { OutputChunk } from '../../docker/container/demux.js';
import { MEMORY_HINT } from '../../docker/container/out-of-memory.js';
import type { Session } from '../../docker/container/session.js';
import { ArtifactError } from '../../errors.js';
import { Lines } from '../../util/lines.js';
import type { Step } from '../plan/steps.js';
import type { BuildLog } from './build-log.js';
import { Diagnostics } from './diagnostics.js';
import { headlineOf } from './headline.js';
import type { Report } from './report.js';

/** What a shell, or the engine, says of a command that it cannot run, and of a process that was killed. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const KILLED = 137;

/**
 * Runs one step: its output into the log, its headlines to the terminal.
 * @throws ArtifactError BUILD_FAILED with the first error lines, OUT_OF_MEMORY, DISK_FULL, ENGINE_LOST
 */
export async function runStep(session: Session, step: Step, log: BuildLog, report: Report): Promise<void> {
  const diagnostics = new Diagnostics();
  const lines = { 1: watch(diagnostics, report), 2: watch(diagnostics, report) };
  const code = await session.exec(step.spec, (chunks: OutputChunk[]) => {
    for (const chunk of chunks) lines[chunk.source].push(chunk.data);
    const written = log.write(chunks);
    return report.verbose ? both(written, show(chunks, report)) : written;
  });
  lines[1].end();
  lines[2].end();
  if (code !== 0) throw stepFailed(step, code, diagnostics, log.path);
}

async function show(chunks: readonly OutputChunk[], report: Report): Promise<void> {
  for (const { data } of chunks) {
    const held = report.raw(data);
    if (held) await held; // else a million tiny chunks would each take a turn of the event loop
  }
}

async function both(one: Promise<void> | void, other: Promise<void>): Promise<void> {
  await Promise.all([one, other]);
}

/** Line by line, as a burst of headlines in one read must all be seen. */
function watch(diagnostics: Diagnostics, report: Report): Lines {
  return new Lines((line) => {
    diagnostics.add(line);
    if (report.verbose) return;
    const headline = headlineOf(line);
    if (headline !== undefined) report.headline(headline);
  });
}

function stepFailed(step: Step, exitCode: number, diagnostics: Diagnostics, log: string): ArtifactError {
  const command = step.spec.argv.join(' ');
  const parts = {
    tried: `run ${step.name} (${command})`,
    cause: `it ended with exit code ${exitCode}`,
    details: diagnostics.lines(),
    exitCode,
  };
  const all = `The whole log is in ${log}`;
  if (diagnostics.noSpace) {
    return new ArtifactError('DISK_FULL', {
      ...parts,
      hint: `The engine's disk is full: see \`docker system df\`, and \`nx run <project>:clean --orphans\` for volumes nobody needs. ${all}`,
    });
  }
  if (exitCode === KILLED || diagnostics.killed) {
    return new ArtifactError('OUT_OF_MEMORY', {
      ...parts,
      hint: `${MEMORY_HINT} ${all}`,
    });
  }
  return new ArtifactError('BUILD_FAILED', { ...parts, hint: `${advice(exitCode, diagnostics)}${all}` });
}

function advice(exitCode: number, diagnostics: Diagnostics): string {
  if (exitCode === NOT_FOUND || exitCode === NOT_EXECUTABLE) {
    return 'Is that command in the image, executable, and of this architecture? ';
  }
  if (diagnostics.noNetwork)
    return 'The container did not reach the network: check DNS and proxy, or "network". ';
  return '';
}
