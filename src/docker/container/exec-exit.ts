import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Command } from '../../backend/types.js';
import type { ArtifactError } from '../../errors.js';
import { deadline, withTimeout } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { engineLost } from '../connection/errors.js';

/** From here on an exit code may mean that a signal killed the process. */
const SIGNALLED = 128;

/** How far the output of a command was taken. */
interface Progress {
  taken: number;
  /** Some of it waits for a slow sink. */
  pending: boolean;
}

/**
 * Waits for the end of a command whose output a background child may keep open for ever, and until what the command
 * itself printed is taken. False when `signal` or a lost engine ends the wait: then the stream itself reports it.
 */
export async function waitForExit(
  command: Docker.Exec,
  progress: () => Progress,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    do await sleep(DEADLINES.execPoll, undefined, { signal });
    while ((await command.inspect({ abortSignal: signal })).Running); // an answer may never come
    for (let waited = DEADLINES.execDrain; ; waited += DEADLINES.execDrain) {
      const { taken } = progress();
      await sleep(DEADLINES.execDrain, undefined, { signal });
      const now = progress();
      if (!now.pending && (now.taken === taken || waited >= DEADLINES.execLongestDrain)) return true;
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
  spec: Command,
  signal: AbortSignal,
): Promise<number> {
  const limit = withTimeout(DEADLINES.exitCode, signal);
  try {
    const code = await askExitCode(command, limit.signal);
    if (code >= SIGNALLED && (await hasExited(container))) throw new Error('the container has ended');
    signal.throwIfAborted();
    return code;
  } catch (error) {
    signal.throwIfAborted();
    throw lost(spec, limit.signal.aborted ? 'the engine stopped responding' : error);
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
  throw new Error('its output ended, but the engine did not report its exit code');
}

/** Whether the container ended, too: its main process may give what runs in it 1.5 s before it ends. */
async function hasExited(container: Docker.Container): Promise<boolean> {
  for (let tries = 0; tries < 25; tries++) {
    const abortSignal = deadline(DEADLINES.exitCode);
    const found = await container.inspect({ abortSignal }).catch(() => undefined);
    if (!found?.State.Running) return true;
    await sleep(100);
  }
  return false;
}

/** The error for a command whose outcome is unknown. */
export function lost({ argv }: Command, cause: unknown): ArtifactError {
  return engineLost(`run \`${argv.join(' ')}\` to completion`, cause);
}
