import type { Writable } from 'node:stream';
import { json } from './handlers/json.js';
import { terminal } from './handlers/terminal.js';
import { type Reporter, reporterOf } from './reporter.js';

export interface OutputDeps {
  stdout: Writable;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/** Shows the headlines. */
export function headlineReporter(deps: OutputDeps): Reporter {
  return reporterOf(deps.clock, terminal({ ...deps, verbose: false }));
}

/** Shows all output, and our own headlines in between. */
export function verboseReporter(deps: OutputDeps): Reporter {
  return reporterOf(deps.clock, terminal({ ...deps, verbose: true }));
}

/** Prints the events as JSON, one on each line; with `verbose` also the output. */
export function jsonReporter(deps: OutputDeps & { verbose: boolean }): Reporter {
  return reporterOf(deps.clock, json(deps));
}
