import type { Piece } from '../../docker/container/demux.js';
import { MEMORY_HINT } from '../../docker/container/out-of-memory.js';
import type { Session } from '../../docker/container/session.js';
import { ArtifactError } from '../../errors.js';
import { Lines } from '../../util/lines.js';
import type { Step } from '../plan/steps.js';
import type { BuildLog } from './build-log.js';
import { Findings } from './diagnostics.js';
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
  const findings = new Findings();
  const lines = { 1: watch(findings, report), 2: watch(findings, report) };
  const code = await session.exec(step.spec, (pieces: Piece[]) => {
    for (const piece of pieces) lines[piece.source].push(piece.data);
    const written = log.write(pieces);
    return report.verbose ? both(written, show(pieces, report)) : written;
  });
  lines[1].end();
  lines[2].end();
  if (code !== 0) throw stepFailed(step, code, findings, log.path);
}

async function show(pieces: readonly Piece[], report: Report): Promise<void> {
  for (const { data } of pieces) {
    const held = report.raw(data);
    if (held) await held; // else a million tiny pieces would each take a turn of the event loop
  }
}

async function both(one: Promise<void> | void, other: Promise<void>): Promise<void> {
  await Promise.all([one, other]);
}

/** Line by line, as a burst of headlines in one read must all be seen. */
function watch(findings: Findings, report: Report): Lines {
  return new Lines((line) => {
    findings.add(line);
    if (report.verbose) return;
    const headline = headlineOf(line);
    if (headline !== undefined) report.headline(headline);
  });
}

function stepFailed(step: Step, exitCode: number, findings: Findings, log: string): ArtifactError {
  const command = step.spec.argv.join(' ');
  const parts = {
    tried: `run ${step.name} (${command})`,
    cause: `it ended with exit code ${exitCode}`,
    details: findings.lines(),
    exitCode,
  };
  const all = `The whole log is in ${log}`;
  if (findings.noSpace) {
    return new ArtifactError('DISK_FULL', {
      ...parts,
      hint: `The engine's disk is full: see \`docker system df\`, and \`nx run <project>:clean --orphans\` for volumes nobody needs. ${all}`,
    });
  }
  if (exitCode === KILLED || findings.killed) {
    return new ArtifactError('OUT_OF_MEMORY', {
      ...parts,
      hint: `${MEMORY_HINT} ${all}`,
    });
  }
  return new ArtifactError('BUILD_FAILED', { ...parts, hint: `${advice(exitCode, findings)}${all}` });
}

function advice(exitCode: number, findings: Findings): string {
  if (exitCode === NOT_FOUND || exitCode === NOT_EXECUTABLE) {
    return 'Is that command in the image, executable, and of this architecture? ';
  }
  if (findings.noNetwork)
    return 'The container did not reach the network: check DNS and proxy, or "network". ';
  return '';
}
