import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { OUT_OF_MEMORY } from '../../conventions/hints.js';
import { ArtifactError } from '../../errors.js';
import { deadline } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import type { Engine } from '../connection/connect.js';
import { progress } from '../image/progress.js';

/** How long the engine may take to hear from the kernel, and to answer. */
const TRIES = 4;
const BETWEEN_MS = 150;
/** Ended by SIGKILL, as the kernel does it. */
const KILLED = '137';

const CAUSE = 'the container ran out of memory, and the kernel killed its main process';

/**
 * What a lost container means. The kernel may end the main process along with the greedy one, and the engine then
 * removes the container (AutoRemove) with all that it knew, but for its events (Docker API, SystemEvents).
 * @returns `error`, or OUT_OF_MEMORY in its place
 */
export async function memoryOrLost(
  { docker, isPodman }: Engine,
  id: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof ArtifactError) || error.code !== 'ENGINE_LOST') return error;
  try {
    if (isPodman ? await wasKilled(docker, id) : await ranOutOfMemory(docker, id))
      return error.as(OUT_OF_MEMORY.code, OUT_OF_MEMORY.hint, CAUSE);
  } catch {
    // the engine is gone too: report the original error
  }
  return error;
}

async function ranOutOfMemory(docker: Docker, id: string): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await hasEventOom(docker, id)) return true;
    await sleep(BETWEEN_MS);
  }
  return false;
}

async function hasEventOom(docker: Docker, id: string): Promise<boolean> {
  const abortSignal = deadline(DEADLINES.events);
  // by the engine's own clock: with a later end the stream stays open, with an earlier one it lacks the last events
  const { SystemTime } = (await docker.info({ abortSignal } as never)) as unknown as { SystemTime: string };
  const until = Date.parse(SystemTime) / 1000;
  const filters = { container: [id], event: ['oom'] };
  const events = await docker.getEvents({ since: 1, until, filters, abortSignal });
  for await (const event of events) if (event.length > 0) return true;
  return false;
}

/**
 * Podman has no such event: a container that was killed, and by nobody who asked for it. With an end its stream of
 * events lacks some of them, so it is read as far as that of the container's end.
 */
async function wasKilled(docker: Docker, id: string): Promise<boolean> {
  const abortSignal = deadline(DEADLINES.events);
  const events = await docker.getEvents({ since: 1, filters: { container: [id] }, abortSignal });
  for await (const { status, Actor } of progress(events as AsyncIterable<Buffer>)) {
    if (status === 'kill' || status === 'stop') return false;
    if (status === 'die') return Actor?.Attributes?.containerExitCode === KILLED;
  }
  return false;
}
