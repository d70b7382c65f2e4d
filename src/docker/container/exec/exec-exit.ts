import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Command } from '../../../backend/types.js';
import { ArtifactError } from '../../../errors.js';
import { deadline, withTimeout } from '../../../util/abort-signal.js';
import { DEADLINES } from '../../../util/deadlines.js';
import { engineLost, isGone } from '../../connection/errors.js';

/** From here on an exit code may mean that a signal killed the process. */
const SIGNALLED = 128;

/** Asks the engine for the state of a process. */
export type Inspect = (options: {
  abortSignal: AbortSignal;
}) => Promise<{ Running: boolean; ExitCode: number | null }>;

/** How far the output of a command was taken. */
interface Progress {
  taken: number;
  /** Some of it waits for a slow sink. */
  pending: boolean;
}

/** How a command ended whose output is still open: its process is gone, the engine is, or nobody knows. */
export type Ending = 'over' | 'silent' | 'unknown';

export const NO_ANSWER = 'the engine stopped responding';

/**
 * Waits for the end of a command whose process was ended from outside, whose output a background child may keep open for ever;
 * and until what the command itself printed is taken. An engine that cannot be asked for a while is only that.
 */
export async function waitForExit(
  inspect: Inspect,
  progress: () => Progress,
  signal: AbortSignal,
): Promise<Ending> {
  try {
    if (!(await hasEnded(inspect, signal))) return 'silent';
    for (let waited = DEADLINES.execDrain; ; waited += DEADLINES.execDrain) {
      const { taken } = progress();
      await sleep(DEADLINES.execDrain, undefined, { signal });
      const now = progress();
      if (!now.pending && (now.taken === taken || waited >= DEADLINES.execLongestDrain)) return 'over';
    }
  } catch {
    return 'unknown'; // `signal`
  }
}

/** Waits for the end of the process; false when the engine has not said anything of it for too long. */
async function hasEnded(inspect: Inspect, signal: AbortSignal): Promise<boolean> {
  let answered = performance.now();
  while (performance.now() - answered < DEADLINES.silentEngine) {
    await sleep(DEADLINES.execPoll, undefined, { signal });
    const limit = withTimeout(DEADLINES.exitCode, signal); // an answer may never come
    const found = await inspect({ abortSignal: limit.signal }).catch(() => undefined);
    limit.end();
    signal.throwIfAborted();
    if (found?.Running === false) return true;
    if (found) answered = performance.now();
  }
  return false;
}

/**
 * The exit code of a command whose output has ended, which comes a moment before the engine knows the code.
 * @throws ArtifactError ENGINE_LOST when there is none, or when the command ended with its container
 */
export async function exitCodeOf(
  { container, inspect }: { container: Docker.Container; inspect: Inspect },
  spec: Command,
  signal: AbortSignal,
): Promise<number> {
  const limit = withTimeout(DEADLINES.exitCode, signal);
  try {
    return await settledCode(container, spec, await askExitCode(inspect, limit.signal), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ArtifactError ? error : lost(spec, limit.signal.aborted ? NO_ANSWER : error);
  } finally {
    limit.end();
  }
}

/** An exit code that says how the command did. @throws ArtifactError ENGINE_LOST when it ended with its container */
export async function settledCode(
  container: Docker.Container,
  spec: Command,
  code: number,
  signal: AbortSignal,
): Promise<number> {
  const isOfContainer = code >= SIGNALLED && (await hasExited(container));
  signal.throwIfAborted();
  if (isOfContainer) throw lost(spec, 'the container has ended');
  return code;
}

async function askExitCode(inspect: Inspect, abortSignal: AbortSignal): Promise<number> {
  for (let tries = 0; tries < 60; tries++) {
    const { Running, ExitCode } = await inspect({ abortSignal });
    if (!Running && typeof ExitCode === 'number') return ExitCode;
    await sleep(Math.min(10 * (tries + 1), 200));
  }
  throw new Error('its output ended, but the engine did not report its exit code');
}

/**
 * Whether the container ended, too: its main process may give what runs in it 1.5 s before it ends. One of which the engine
 * says nothing is taken for ended.
 */
async function hasExited(container: Docker.Container): Promise<boolean> {
  let runs: boolean | undefined;
  for (let tries = 0; tries < 25; tries++) {
    const abortSignal = deadline(DEADLINES.exitCode);
    try {
      runs = (await container.inspect({ abortSignal })).State.Running;
    } catch (error) {
      if (isGone(error) || abortSignal.aborted) return true;
      runs = undefined;
    }
    if (runs === false) return true;
    await sleep(100);
  }
  return !runs;
}

/** The error for a command whose outcome is unknown. */
export function lost({ tried = 'run a command in the container' }: Command, cause: unknown): ArtifactError {
  return engineLost(tried, cause);
}
