import type { OutputChunk } from '../../backend/types.js';

/** A way of showing runs. Another one is a file beside this one. */
export interface Reporter {
  /** Begins the report of one run; its times count from now. */
  start(): Report;
}

/** What a run reports to its user. */
export interface Report {
  /** A part of the run begins or is done: "Building image x:1". */
  phase(text: string): void;
  /** A headline of the build itself, as it stands in the output: ">>> busybox 1.36.1 Building". */
  headline(text: string): void;
  /** A line that is neither: a warning, for whom it waits. */
  note(text: string): void;
  /** The output of a step, all of it. Holds the caller back while the terminal is slower. */
  output(chunks: readonly Pick<OutputChunk, 'data'>[]): Promise<void> | void;
  /** Nothing more is printed by itself. */
  end(): void;
}
