import type { Socket } from 'node:net';
import type Docker from 'dockerode';
import type { ContainerPlan } from '../../backend/plans.js';
import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { delayedAbort } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { unset } from '../cli/proxies.js';
import type { Engine } from '../connection/connect.js';
import { engineFailure } from '../connection/errors.js';
import { createOptions } from './create-options.js';
import { exec } from './exec/exec.js';
import { interactive } from './exec/interactive.js';
import { createLocked, type LockOptions } from './lock.js';
import { checkBindSources } from './mounts.js';
import { memoryOrLost } from './out-of-memory.js';
import { startFailed, startSupervised } from './start.js';
import { removeContainer, terminateProcesses } from './stop.js';
import { usageOf } from './usage.js';

/** A running container that belongs to this process alone. */
export interface Session extends BuildContainer {
  container: Docker.Container;
}

/**
 * Runs `use` with a container of its own, whose name locks the volume, and removes it whatever happens.
 *
 * Its main process does nothing but read the standard input that this process holds: when this process dies,
 * even by SIGKILL, the engine closes that input (StdinOnce), the main process ends everything else in the container
 * and itself, and the engine removes it (AutoRemove). The image's ENTRYPOINT runs first, as it may map
 * UID and GID to a user; the steps run as execs when it has.
 * @throws ArtifactError LOCKED, CONTAINER_START, OUT_OF_MEMORY, and whatever `use` throws
 */
export async function withSession<T>(
  engine: Engine,
  plan: ContainerPlan,
  lock: LockOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { signal } = lock;
  checkBindSources(engine, plan);
  const container = await createLocked(engine, createOptions(plan, engine), lock).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof ArtifactError ? error : startFailed(plan.imageName, error);
  });
  engine.patience.lift(); // nobody is waited for any more
  const late = delayedAbort(signal, DEADLINES.bringBack);
  let lifeline: Socket | undefined;
  let failed = true;
  try {
    import('./copy.js').catch(() => {}); // while the engine starts the container
    lifeline = await startSupervised(container, plan.imageName, signal);
    signal.throwIfAborted();
    // with each command, as what a container has in its environment is shown to everybody by an inspect
    const env = unset(engine.proxies, plan.env);
    const result = await use(sessionOf(container, env, { signal, late: late.signal }));
    failed = false;
    return result;
  } catch (error) {
    throw signal.aborted ? error : await memoryOrLost(engine, container.id, error);
  } finally {
    // also when our own disk has no space left, say, while make runs
    if (failed || signal.aborted) await terminateProcesses(container);
    const why = await removeContainer(container, {
      ms: lock.limits?.remove,
      onSlow: () => lock.note(`Waiting for the engine to remove the container ${plan.name}`),
    });
    if (why !== undefined) lock.note(notRemoved(plan.name, why));
    lifeline?.destroy();
    late.end();
  }
}

function notRemoved(name: string, why: string): string {
  return `warning: the container ${name} is not removed: ${why}; it goes when the engine gets to it, or by \`docker rm -f ${name}\``;
}

function sessionOf(
  container: Docker.Container,
  env: readonly string[],
  { signal, late }: Record<'signal' | 'late', AbortSignal>,
): Session {
  return {
    container,
    exec: (command, sink) => exec(container, { ...command, env }, sink, signal),
    interactive: (command, terminal) => interactive(container, { ...command, env }, terminal, signal),
    usage: () => usageOf(container),
    openFile: async (path) => (await import('./copy.js')).openFile(container, path, signal),
    afterInterrupt: () => sessionOf(container, env, { signal: late, late }),
    writeTar: async (tar, directory) => {
      const { writeTar } = await import('./copy.js');
      await writeTar(container, tar, directory, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        throw engineFailure(`write to ${directory} in the container`, error);
      });
    },
  };
}
