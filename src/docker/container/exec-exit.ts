import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { ArtifactError } from '../../errors.js';
import { withTimeout } from '../../util/abort-signal.js';
import { engineLost } from '../connection/errors.js';
import type { ExecSpec } from './exec.js';

/** How often a command is looked at, and how long its output must be silent after its end. */
const WATCH_MS = 1_000;
const DRAIN_MS = 2_000;
/** A background child that goes on printing holds a step no longer than about this. */
const LONGEST_DRAIN_MS = 6_000;
/** How long a command that is over may leave us without an answer: the network may be gone without a word. */
const ANSWER_MS = 20_000;
/** From here on an exit code may be that of a process which was killed by a signal. */
const SIGNALLED = 128;

/** How far the output of a command was taken. */
export interface Progress {
  taken: number;
  /** Some of it waits for a slow sink. */
  pending: boolean;
}

/**
 * Waits for the end of a command whose output a background child may keep open for ever, and until what the command
 * itself printed is taken. False when `signal` or a lost engine ends the wait: then the stream itself tells.
 */
export async function waitForExit(
  command: Docker.Exec,
  progress: () => Progress,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    do await sleep(WATCH_MS, undefined, { signal });
    while ((await command.inspect({ abortSignal: signal })).Running); // an answer may never come
    for (let waited = DRAIN_MS; ; waited += DRAIN_MS) {
      const { taken } = progress();
      await sleep(DRAIN_MS, undefined, { signal });
      const now = progress();
      if (!now.pending && (now.taken === taken || waited >= LONGEST_DRAIN_MS)) return true;
    }
  } catch {
    return false;
  }
}

/**
 * The exit code of a command whose output has ended, which comes a moment before the engine knows the code.
 * @throws ArtifactError ENGINE_LOST when there is none, or when the command ended with its container
 */
export async function exitCodeOf(
  container: Docker.Container,
  command: Docker.Exec,
  spec: ExecSpec,
  signal: AbortSignal,
): Promise<number> {
  const limit = withTimeout(ANSWER_MS, signal);
  try {
    const code = await askExitCode(command, limit.signal);
    if (code >= SIGNALLED && (await hasExited(container))) throw new Error('the container has ended');
    signal.throwIfAborted();
    return code;
  } catch (error) {
    signal.throwIfAborted();
    throw lost(spec, limit.signal.aborted ? 'the engine gives no answer any more' : error);
  } finally {
    limit.end();
  }
}

async function askExitCode(command: Docker.Exec, abortSignal: AbortSignal): Promise<number> {
  for (let tries = 0; tries < 60; tries++) {
    const { Running, ExitCode } = await command.inspect({ abortSignal });
    if (!Running && typeof ExitCode === 'number') return ExitCode;
    await sleep(Math.min(10 * (tries + 1), 200));
  }
  throw new Error('its output ended, but the engine does not tell its exit code');
}

/** Whether the container ended, too: its main process may give what runs in it 1.5 s before it ends. */
async function hasExited(container: Docker.Container): Promise<boolean> {
  for (let tries = 0; tries < 25; tries++) {
    const abortSignal = AbortSignal.timeout(ANSWER_MS);
    const found = await container.inspect({ abortSignal }).catch(() => undefined);
    if (!found?.State.Running) return true;
    await sleep(100);
  }
  return false;
}

/** The error for a command of which nobody knows how it ended. */
export function lost({ argv }: ExecSpec, cause: unknown): ArtifactError {
  return engineLost(`run \`${argv.join(' ')}\` to its end`, cause);
}
