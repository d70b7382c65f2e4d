import type { Socket } from 'node:net';
import type Docker from 'dockerode';
import type { Labels } from '../../conventions/labels.js';
import { ArtifactError } from '../../errors.js';
import type { Engine } from '../connection/connect.js';
import { type ExecSpec, exec, type Sink } from './exec.js';
import { createLocked, type LockOptions } from './lock.js';
import { memoryOrLost } from './out-of-memory.js';
import { STOP_SIGNAL, STOP_TIMEOUT_S, SUPERVISOR_SCRIPT, startFailed, startSupervised } from './start.js';
import { removeContainer, terminateProcesses } from './stop.js';

export type { HostConfig, MountSettings } from 'dockerode';

export interface SessionSpec {
  name: string;
  image: string;
  /** For messages, where `image` is an id. */
  imageName?: string;
  labels: Labels;
  env: string[];
  hostConfig: Docker.HostConfig;
}

/** A running container that belongs to this process alone. */
export interface Session {
  container: Docker.Container;
  exec(spec: ExecSpec, sink: Sink): Promise<number>;
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
  spec: SessionSpec,
  lock: LockOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { signal } = lock;
  const container = await createLocked(engine, createOptions(spec), lock).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof ArtifactError ? error : startFailed(spec.imageName ?? spec.image, error);
  });
  let lifeline: Socket | undefined;
  let failed = true;
  try {
    lifeline = await startSupervised(container, spec.imageName ?? spec.image, signal);
    signal.throwIfAborted();
    const session = { container, exec: (step: ExecSpec, sink: Sink) => exec(container, step, sink, signal) };
    const result = await use(session);
    failed = false;
    return result;
  } catch (error) {
    throw signal.aborted ? error : await memoryOrLost(engine.docker, container.id, error);
  } finally {
    // also when our own disk is full, say, while make runs
    if (failed || signal.aborted) await terminateProcesses(container);
    await removeContainer(container);
    lifeline?.destroy();
  }
}

function createOptions(spec: SessionSpec): Docker.ContainerCreateOptions & { name: string } {
  return {
    name: spec.name,
    Image: spec.image,
    Cmd: ['sh', '-c', SUPERVISOR_SCRIPT],
    User: '0',
    Env: spec.env,
    Labels: spec.labels,
    StopSignal: STOP_SIGNAL,
    StopTimeout: STOP_TIMEOUT_S,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: { ...spec.hostConfig, Init: true, AutoRemove: true },
  };
}
