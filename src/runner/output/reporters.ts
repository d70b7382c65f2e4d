import type { Writable } from 'node:stream';
import { terminal } from './handlers/terminal.js';
import { type Reporter, reporterOf } from './reporter.js';

interface TerminalDeps {
  stdout: Writable;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/** Shows the headlines. */
export function headlineReporter({ stdout, clock }: TerminalDeps): Reporter {
  return reporterOf(clock, terminal({ stdout, verbose: false }));
}

/** Shows all output, and our own headlines in between. */
export function verboseReporter({ stdout, clock }: TerminalDeps): Reporter {
  return reporterOf(clock, terminal({ stdout, verbose: true }));
}
