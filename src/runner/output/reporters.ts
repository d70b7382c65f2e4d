import { json } from './handlers/json.js';
import type { TerminalOutput } from './handlers/live-line.js';
import { terminal } from './handlers/terminal.js';
import { type Reporter, reporterOf } from './reporter.js';

export interface OutputDeps {
  stdout: TerminalOutput;
  /** Milliseconds, monotonic. */
  clock: () => number;
  env?: NodeJS.ProcessEnv;
}

/**
 * Shows the headlines; below them, to somebody who watches, how far the build is. Nx gives a terminal to a single task, and to
 * tasks in its own interface.
 */
export function headlineReporter(deps: OutputDeps): Reporter {
  const live = deps.stdout.isTTY === true && !deps.env?.CI;
  return reporterOf(deps.clock, terminal({ ...deps, verbose: false, live }));
}

/** Shows all output, and our own headlines in between. */
export function verboseReporter(deps: OutputDeps): Reporter {
  return reporterOf(deps.clock, terminal({ ...deps, verbose: true }));
}

/** Prints the events as JSON, one on each line; with `verbose` also the output. */
export function jsonReporter(deps: OutputDeps & { verbose: boolean }): Reporter {
  return reporterOf(deps.clock, json(deps));
}
