import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { NEXT_STEP } from '../../conventions/hints.js';
import { LABEL } from '../../conventions/labels.js';
import { ArtifactError } from '../../errors.js';
import { delayedAbort } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { debug } from '../../util/debug.js';
import type { Engine } from '../connection/connect.js';
import { engineFailure, engineMessage, isGone, isNameTaken } from '../connection/errors.js';
import { type Found, isAbandoned, type Limits, reap } from './abandoned.js';
import { createContainer } from './create.js';
import type { CreateOptions } from './create-options.js';
import { describeHolder, type Holder, holderOf, identityLabel } from './holder.js';

const MOST_NOT_THERE = 50;

export interface LockOptions {
  /** Wait for another holder; else LOCKED is thrown at once. */
  wait: boolean;
  signal: AbortSignal;
  /** Called once for each holder that is waited for. */
  onWait: (holder: Holder) => void;
  /** A line for the user: what else takes time, or is left on the engine. */
  note: (line: string) => void;
  /** In place of those of {@link DEADLINES}. */
  limits?: Partial<Limits>;
}

/**
 * Creates the container `query.name`. The name is the lock: the engine lets it exist once, and the container
 * lives no longer than the process that holds its standard input (see session.ts). So a running one has a living
 * holder, on whatever host, and any other is abandoned. If the holder is on this host, its label says whether it is
 * alive. One without our labels is not ours and stays.
 * @throws ArtifactError LOCKED when another build holds it and `wait` is false, CONTAINER_START if it is not ours,
 *   ENGINE_LOST
 */
export async function createLocked(
  engine: Engine,
  options: CreateOptions,
  lock: LockOptions,
): Promise<Docker.Container> {
  const late = delayedAbort(lock.signal);
  try {
    return await tryUntilLocked(engine, options, lock, late.signal);
  } finally {
    late.end();
  }
}

async function tryUntilLocked(
  engine: Engine,
  options: CreateOptions,
  { wait, signal, onWait, note, limits: own }: LockOptions,
  abortSignal: AbortSignal,
): Promise<Docker.Container> {
  const limits = { ...DEADLINES, orphan: wait ? DEADLINES.orphan : DEADLINES.orphanNoWait, ...own };
  const { body, query } = options;
  const { name } = query;
  const Labels = { ...body.Labels, ...identityLabel(body.Labels) };
  const labelled = { ...options, body: { ...body, Labels } };
  const watch = watchContainers();
  for (let notThere = 0; ; ) {
    signal.throwIfAborted();
    let conflict: unknown;
    try {
      const created = await createContainer(engine, labelled, abortSignal);
      debug('lock: %s is taken', name);
      return created;
    } catch (error) {
      if (!isNameTaken(error)) throw error;
      conflict = error;
    }
    const container = await inspect(engine, name);
    if (!container) {
      // removed in the meantime; or the engine keeps a name of a container that it has lost
      if (++notThere === MOST_NOT_THERE) throw nameConflict(name, engineMessage(conflict));
      await sleep(100);
      continue;
    }
    if (!container.Config.Labels?.[LABEL.workspace]) {
      throw nameConflict(name, 'a container with that name exists that this tool did not create');
    }
    const { isNew, ...found } = watch(container);
    const { holder } = found;
    if (await isAbandoned(engine, found, limits)) {
      await reap(engine, found, { signal, limits, note });
      continue;
    }
    if (!wait && !holder.ended) throw lockHeld(name, holder);
    if (isNew) {
      debug('lock: %s is held by %s', name, describeHolder(holder));
      onWait(holder);
    }
    await sleep(DEADLINES.lockPoll, undefined, { signal }).catch(() => signal.throwIfAborted());
    engine.patience.spend(DEADLINES.lockPoll);
  }
}

/** Says of a container for how long it has been there. */
function watchContainers(): (container: Docker.ContainerInspectInfo) => Found & { isNew: boolean } {
  let id: string | undefined;
  let [seen, attended] = [0, 0];
  return (container) => {
    const now = performance.now();
    const isNew = container.Id !== id;
    id = container.Id;
    if (isNew) seen = now;
    if (isNew || container.ExecIDs?.length) attended = now;
    const holder = holderOf(container);
    return { container, holder, waited: now - seen, unattended: now - attended, isNew };
  };
}

async function inspect(engine: Engine, name: string): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await engine.docker.getContainer(name).inspect();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw engineFailure(`find out who holds the build volume ${name}`, error);
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
