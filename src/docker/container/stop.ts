import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { deadline } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { isGone, isStatus } from '../connection/errors.js';

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

/**
 * Removes a container and waits until it is gone; one that is gone already is fine. If the engine itself is gone,
 * nothing can be removed, and the error that led here says so: the container ends with its standard input.
 */
export async function removeContainer(container: Docker.Container): Promise<void> {
  const end = performance.now() + DEADLINES.remove;
  while (performance.now() < end) {
    try {
      await container.remove({ ...WITH_ITS_VOLUMES, abortSignal: deadline(DEADLINES.remove) });
      return;
    } catch (error) {
      // 409: the engine is removing it just now; 500: it may have been busy with it
      if (isGone(error) || !isStatus(error, 409, 500)) return;
      await sleep(100);
    }
  }
}
