import type Docker from 'dockerode';
import type { ContainerPlan } from '../../backend/plans.js';
import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { delayedAbort } from '../../util/abort-signal.js';
import { DEADLINES } from '../../util/deadlines.js';
import { unset } from '../cli/proxies.js';
import type { Engine } from '../connection/connect.js';
import { engineFailure } from '../connection/errors.js';
import { writeTar } from './copy.js';
import { createOptions } from './create-options.js';
import { interactive } from './exec/interactive.js';
import { SeriesOfCommands, type Server } from './exec/series.js';
import { createLocked, type LockOptions } from './lock.js';
import { checkBindSources } from './mounts.js';
import { openFile } from './open-file.js';
import { memoryOrLost } from './out-of-memory.js';
import { endMain, startFailed, startSupervised } from './start.js';
import { removeContainer, terminateProcesses } from './stop.js';
import { usageOf } from './usage.js';

/** A running container that belongs to this process alone. */
export interface Session extends BuildContainer {
  container: Docker.Container;
}

/**
 * Runs `use` with a container of its own, whose name locks the volume, and removes it whatever happens.
 *
 * Its main process reads the standard input that this process holds, and runs the scripts of root that come there: when this process dies,
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
  const lateCommands = new SeriesOfCommands({ container, signal: late.signal });
  let main: Server | undefined;
  let commands: SeriesOfCommands | undefined;
  let failed = true;
  let removal: Promise<string | undefined> | undefined;
  const remove = () => {
    removal ??= (async () => {
      if (main) await endMain(main);
      return await removeContainer(container, {
        ms: lock.limits?.remove,
        onSlow: () => lock.note(`Waiting for the engine to remove the container ${plan.name}`),
      });
    })();
    return removal;
  };
  try {
    import('tar').catch(() => {}); // while the engine starts the container
    main = await startSupervised(container, plan.imageName, signal);
    signal.throwIfAborted();
    // with each command, as what a container has in its environment is shown to everybody by an inspect
    const env = unset(engine.proxies, plan.env);
    const of = { container, env, release: () => void remove() };
    const afterInterrupt = () =>
      sessionOf({ ...of, signal: late.signal, commands: lateCommands, afterInterrupt });
    const ofScripts = engine.containersOutliveIt ? undefined : main; // there, one that has no command is nobody's
    commands = new SeriesOfCommands({ container, signal, main: ofScripts });
    const result = await use(sessionOf({ ...of, signal, commands, afterInterrupt }));
    failed = false;
    return result;
  } catch (error) {
    throw signal.aborted ? error : await memoryOrLost(engine, container.id, error);
  } finally {
    // also when our own disk has no space left, say, while make runs
    if (!removal && (failed || signal.aborted)) await terminateProcesses(container);
    const why = await remove();
    if (why !== undefined) lock.note(notRemoved(plan.name, why));
    commands?.close();
    lateCommands.close();
    main?.input.destroy();
    late.end();
  }
}

function notRemoved(name: string, why: string): string {
  return `warning: the container ${name} is not removed: ${why}; it goes when the engine gets to it, or by \`docker rm -f ${name}\``;
}

interface Making extends Pick<Session, 'container' | 'afterInterrupt' | 'release'> {
  env: readonly string[];
  signal: AbortSignal;
  commands: SeriesOfCommands;
}

function sessionOf({ container, env, signal, commands, afterInterrupt, release }: Making): Session {
  const exec: Session['exec'] = (command, sink) => commands.exec({ ...command, env }, sink);
  return {
    container,
    exec,
    start: (series) => commands.start({ ...series, env }),
    interactive: (command, terminal) => interactive(container, { ...command, env }, terminal, signal),
    usage: () => usageOf(container),
    openFile: (path) => openFile({ container, exec }, path, signal),
    afterInterrupt,
    release,
    writeTar: async (tar, directory) => {
      await writeTar(container, tar, directory, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        throw engineFailure(`write to ${directory} in the container`, error);
      });
    },
  };
}
