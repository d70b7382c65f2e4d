import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { deadline, withTimeout } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { engineMessage, isConnectionError, isGone, isStatus, NoAnswer } from '../connection/errors.js';

/** A container goes with the volumes that the engine made for a VOLUME of its image; one with a name stays. */
export const WITH_ITS_VOLUMES = { force: true, v: true };

/** TERM for all, then wait until none is left but init, the main process and this shell. */
const END_ALL = 'kill -TERM -1; while set -- /proc/[0-9]*; [ $# -gt 3 ]; do sleep 0.1; done';

/** A TERM before the container is removed, as make then removes the partial targets. */
export async function terminateProcesses(container: Docker.Container): Promise<void> {
  try {
    const timeout = deadline(DEADLINES.grace);
    const kill = await container.exec({
      Cmd: ['sh', '-c', END_ALL],
      User: '0',
      AttachStdout: true,
      AttachStderr: true,
      abortSignal: timeout,
    });
    const output = await kill.start({ hijack: false, stdin: false, abortSignal: timeout });
    output.resume();
    await Promise.race([once(output, 'close'), sleep(DEADLINES.grace)]);
  } catch {
    // the container is gone or never ran: it is removed next, and a failure of that counts
  }
}

interface Removing {
  ms?: number;
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** Called once, when it takes long. */
  onSlow?: () => void;
}

/**
 * Removes a container and waits until it is gone; one that is gone already is fine. If the engine itself is gone,
 * nothing can be removed, and the error that led here says so: the container ends with its standard input.
 * @returns why it may still be there
 */
export async function removeContainer(
  container: Docker.Container,
  { ms = DEADLINES.remove, signal = new AbortController().signal, onSlow = () => {} }: Removing = {},
): Promise<string | undefined> {
  const limit = withTimeout(ms, signal);
  const slow = setTimeout(onSlow, Math.min(DEADLINES.slowRemoval, ms / 2)).unref();
  let why = `the engine did not answer within ${ms / 1000} s`;
  try {
    for (let tries = 1; !limit.signal.aborted; tries++) {
      try {
        await container.remove({ ...WITH_ITS_VOLUMES, abortSignal: limit.signal });
        return undefined;
      } catch (error) {
        if (isGone(error)) return undefined;
        if (limit.signal.aborted) break;
        if (error instanceof NoAnswer) return error.message;
        if (isConnectionError(error)) return undefined;
        why = engineMessage(error);
        // 409: the engine is removing it just now; 500: it may have been busy with it
        if (!isStatus(error, 409, 500)) break;
        await sleep(Math.min(10 * tries, 100));
      }
    }
    return why;
  } finally {
    clearTimeout(slow);
    limit.end();
  }
}
