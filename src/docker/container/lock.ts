import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { NEXT_STEP } from '../../conventions/hints.js';
import { LABEL } from '../../conventions/labels.js';
import { ArtifactError } from '../../errors.js';
import { delayedAbort } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { debug } from '../../util/debug.js';
import type { Engine } from '../connection/connect.js';
import { engineFailure, engineMessage, isGone, isNameTaken, isStatus } from '../connection/errors.js';
import { createContainer } from './create.js';
import type { CreateOptions } from './create-options.js';
import { describeHolder, type Holder, holderOf, identityLabel } from './holder.js';
import { terminateProcesses, WITH_ITS_VOLUMES } from './stop.js';

const MOST_NOT_THERE = 50;

export interface LockOptions {
  /** The current time, from which the age of a container follows. */
  now: () => Date;
  /** Wait for another holder; else LOCKED is thrown at once. */
  wait: boolean;
  signal: AbortSignal;
  /** Called once for each holder that is waited for. */
  onWait: (holder: Holder) => void;
}

/**
 * Creates the container `query.name`. The name is the lock: the engine lets it exist once, and the container
 * lives no longer than the process that holds its standard input (see session.ts). So a running one has a living
 * holder, on whatever host, and any other is abandoned. If the holder is on this host, its label says whether it is
 * alive. One without our labels is not ours and stays.
 * @throws ArtifactError LOCKED when another build holds it and `wait` is false, CONTAINER_START if it is not ours
 */
export async function createLocked(
  engine: Engine,
  options: CreateOptions,
  { now, wait, signal, onWait }: LockOptions,
): Promise<Docker.Container> {
  const abortSignal = delayedAbort(signal);
  const { body, query } = options;
  const { name } = query;
  const Labels = { ...body.Labels, ...identityLabel(body.Labels) };
  const own = { ...options, body: { ...body, Labels } };
  let waitingFor: string | undefined;
  let waitingSince = 0;
  for (let notThere = 0; ; ) {
    signal.throwIfAborted();
    let conflict: unknown;
    try {
      const created = await createContainer(engine, own, abortSignal);
      debug('lock: %s is taken', name);
      return created;
    } catch (error) {
      if (!isNameTaken(error)) throw error;
      conflict = error;
    }
    const found = await inspect(engine, name);
    if (!found) {
      // removed in the meantime; or the engine keeps a name of a container that it has lost
      if (++notThere === MOST_NOT_THERE) throw nameConflict(name, engineMessage(conflict));
      await sleep(100);
      continue;
    }
    if (!found.Config.Labels?.[LABEL.workspace]) {
      throw nameConflict(name, 'a container with that name exists that this tool did not create');
    }
    const holder = holderOf(found);
    const waited = waitingFor === found.Id ? performance.now() - waitingSince : 0;
    if (isAbandoned(found, holder, { waited, now: now() })) {
      debug('lock: %s is abandoned by %s and removed', name, describeHolder(holder));
      await remove(engine, found);
      continue;
    }
    if (!wait && !holder.ended) throw lockHeld(name, holder);
    if (waitingFor !== found.Id) {
      debug('lock: %s is held by %s', name, describeHolder(holder));
      onWait(holder);
      waitingFor = found.Id;
      waitingSince = performance.now();
    }
    await sleep(DEADLINES.lockPoll, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function inspect(engine: Engine, name: string): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await engine.docker.getContainer(name).inspect();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw engineFailure(`find out who holds the build volume ${name}`, error);
  }
}

/** `waited`: milliseconds since this container was first seen. */
function isAbandoned(
  container: Docker.ContainerInspectInfo,
  { ended }: Holder,
  { waited, now }: { waited: number; now: Date },
): boolean {
  const { Running, Paused, Status } = container.State;
  if (Running || Paused) return ended === true && waited > DEADLINES.orphan;
  if (Status !== 'created') return true;
  return ended ?? now.getTime() - Date.parse(container.Created) > DEADLINES.neverStarted;
}

/** Reaps a dead holder's container. */
async function remove(engine: Engine, found: Docker.ContainerInspectInfo): Promise<void> {
  const container = engine.docker.getContainer(found.Id);
  try {
    if (found.State.Running) await terminateProcesses(container);
    await container.remove(WITH_ITS_VOLUMES);
  } catch (error) {
    // 409: its owner or the engine is removing it just now
    if (!isGone(error) && !isStatus(error, 409)) throw error;
    await sleep(100);
  }
}

/** The error for a lock that somebody else holds. */
function lockHeld(name: string, holder: Holder): ArtifactError {
  return new ArtifactError('LOCKED', {
    tried: `lock the build volume ${name}`,
    cause: `it is held by ${describeHolder(holder)}`,
    hint: NEXT_STEP.LOCKED,
  });
}

function nameConflict(name: string, cause: string): ArtifactError {
  return new ArtifactError('CONTAINER_START', {
    tried: `create the container ${name}`,
    cause,
    hint: `Look at it with \`docker inspect ${name}\`, and rename or remove it.`,
  });
}
