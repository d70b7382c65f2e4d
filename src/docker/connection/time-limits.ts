import type Docker from 'dockerode';
import { DEADLINES } from '../../util/deadlines.js';
import { NoAnswer } from './errors.js';
import type { Patience } from './patience.js';

/** What takes as long as the work that is asked for. */
const WORK =
  /^\/(build\b|events\b|system\/df\b|images\/create\?$|images\/load\b|(containers|exec)\/[^/]+\/(archive|attach|start|wait)\b)/;

/** What is to be removed is asked for, whatever has happened before. */
const LEAST_DELETION_MS = 300;

interface Request {
  method: string;
  path: string;
  isStream?: boolean;
  abortSignal?: AbortSignal;
}
type Done = (error: unknown, answer: unknown) => void;

export interface Limits {
  /** Ends every request that has no `abortSignal` of its own. */
  signal?: AbortSignal;
  patience: Patience;
  /** For each answer to a question. */
  answerMs?: number;
}

/**
 * Gives every question to the engine the time in which it must be answered: one that hangs, or a way to it that is dead, says
 * nothing at all. What is work has limits of its own, or lines on the terminal.
 */
export function limitAnswers(docker: Docker, { signal, patience, answerMs }: Limits): void {
  const modem = docker.modem as unknown as { dial(request: Request, done: Done): void };
  const dial = modem.dial.bind(modem);
  const never = new AbortController().signal;
  modem.dial = (request, done) => {
    const ends = request.abortSignal ?? signal;
    const { method, path } = request;
    if (method !== 'HEAD' && WORK.test(path)) return dial({ ...request, abortSignal: ends }, done);
    const isDeletion = method === 'DELETE';
    const ms = answerMs ?? (isDeletion ? DEADLINES.deletion : DEADLINES.answer);
    const limit = patience.start(ms, ends ?? never, isDeletion ? LEAST_DELETION_MS : 0);
    dial({ ...request, abortSignal: limit.signal }, (error, answer) => {
      const passed = error ? limit.passed() : undefined;
      if (error || !request.isStream) limit.end(); // a stream must end in time, too
      done(passed ? new NoAnswer(`${method} ${path.split('?')[0]}`, passed) : error, answer);
    });
  };
}
