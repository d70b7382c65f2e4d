import type { OutputChunk } from '../../backend/types.js';
import type { ErrorCode, FailedPlace } from '../../errors.js';
import type { Step } from '../plan/steps.js';

/** The parts of a build, in their order; "pack" takes the place of "make system". */
export type Phase = 'image' | 'sources' | Step['name'] | 'archive';

/** What becomes known while a build runs. `--output json` prints these, but for what `output/handlers/json.ts` leaves out. */
export type BuildEvent =
  | StartEvent
  /** A part of the build begins. `argv` is what runs, with `{env:NAME}` for what may be a secret. */
  | { type: 'phase_start'; phase: Phase; text?: string; argv?: readonly string[] }
  /** Something of a phase begins that takes time: "Pulling image x:1". */
  | { type: 'step'; phase: Phase; text: string }
  /** A phase is over, and went well. */
  | { type: 'phase_end'; phase: Phase; text?: string }
  | TextEvent
  /** A headline of the build itself, as it stands in the output: ">>> busybox 1.36.1 Building". */
  | { type: 'headline'; text: string }
  /** A step of a package begins, by such a headline. */
  | { type: 'package'; name: string; version: string; step: string }
  | ProgressEvent
  /** A line for the user, and one that is a warning. */
  | { type: 'note'; text: string }
  | { type: 'warning'; text: string }
  | ResultEvent;

/** A build begins, and makes nothing out of what is there. */
export interface StartEvent {
  type: 'start';
  project: string;
  package: string;
  version: string;
  /** The machine. */
  host: string;
  /** ISO 8601. */
  started: string;
  /** Where its log will be, from the workspace. */
  log: string;
}

/** Output of an image build or a step, all of it. Who takes it slowly holds the build back by a promise. */
export interface TextEvent {
  type: 'text';
  phase: Phase;
  chunks: readonly Pick<OutputChunk, 'data'>[];
  /** How many lines have ended in it, and the last of them, latin1 as of `Lines`. */
  lines: number;
  last?: string;
}

/** How far the build is: in packages, or in what its tool counts. */
export interface ProgressEvent {
  type: 'progress';
  done: number;
  total: number;
  /** What it is at: of a package also the step. */
  name?: string;
  step?: string;
  /** How long it may still take; not there as long as too little is known. */
  left_ms?: number;
}

export interface ResultEvent extends FailedPlace {
  type: 'result';
  result: 'success' | 'failure' | 'interrupted';
  /** The code of the error, and all that it says. */
  code?: ErrorCode;
  message?: string;
  /** How long the last successful build of the same kind took: in an empty build directory, or not. */
  last_ms?: number;
  archive?: { path: string; size: number; sha256: string };
}
