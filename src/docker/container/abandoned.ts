import type Docker from 'dockerode';
import { ArtifactError } from '../../errors.js';
import { DEADLINES } from '../../util/deadlines.js';
import { debug } from '../../util/debug.js';
import type { Engine } from '../connection/connect.js';
import { describeHolder, type Holder } from './holder.js';
import { removeContainer, terminateProcesses } from './stop.js';

/** A container that has the name that another one is to get. */
export interface Found {
  container: Docker.ContainerInspectInfo;
  holder: Holder;
  /** Milliseconds since it was first seen, and for which it has been seen without a command, by our own clock. */
  waited: number;
  unattended: number;
}

/** Of {@link DEADLINES}. */
export type Limits = Record<'orphan' | 'neverStarted' | 'unattended' | 'reap' | 'remove', number>;

/**
 * Whether nobody needs it: its main process has ended; or has to end, as its holder has, and does not. A living holder's stays,
 * be its process suspended or the engine's clock another than ours.
 */
export async function isAbandoned(
  engine: Engine,
  { container, holder: { ended }, waited, unattended }: Found,
  limits: Limits,
): Promise<boolean> {
  const { Running, Paused, Status } = container.State;
  if (ended === false) return !Running && !Paused && Status !== 'created';
  if (Running || Paused) {
    if (ended) return waited > limits.orphan;
    return unattended > limits.unattended && (await outlivesEngine(engine));
  }
  return Status !== 'created' || ended || (await ageOf(engine, container)) > limits.neverStarted;
}

/**
 * Whether containers go on while the engine is restarted (dockerd's `live-restore`). Then they have lost their holder without an
 * end of their input. A container in use always has a command, see EndMark, which a restarted engine does not know.
 */
async function outlivesEngine({ docker, isPodman }: Engine): Promise<boolean> {
  const { LiveRestoreEnabled } = (await docker.info()) as { LiveRestoreEnabled?: boolean };
  return !isPodman && LiveRestoreEnabled === true;
}

/** Milliseconds since it was made, both by the engine's clock. */
async function ageOf({ docker }: Engine, { Created }: Docker.ContainerInspectInfo): Promise<number> {
  const { SystemTime } = (await docker.info()) as { SystemTime?: string };
  return Date.parse(SystemTime ?? '') - Date.parse(Created);
}

interface Reaping {
  signal: AbortSignal;
  limits: Limits;
  note(line: string): void;
}

/**
 * Ends what runs in an abandoned container, and removes it.
 * @throws ArtifactError ENGINE_LOST when the engine does not do that
 */
export async function reap(
  engine: Engine,
  { container: { Id, Name, State }, holder }: Found,
  { signal, limits, note }: Reaping,
): Promise<void> {
  const [name, whose] = [Name.replace(/^\//, ''), describeHolder(holder)];
  debug('lock: %s is abandoned by %s and removed', name, whose);
  const container = engine.docker.getContainer(Id);
  const began = performance.now();
  if (State.Running) await terminateProcesses(container);
  engine.patience.spend(performance.now() - began);
  const onSlow = () => note(`Waiting for the engine to remove the container ${name} of ${whose}`);
  const why = await removeContainer(container, { ms: limits.reap, signal, onSlow });
  signal.throwIfAborted();
  if (why === undefined) return;
  throw new ArtifactError('ENGINE_LOST', {
    tried: `remove the container ${name}, which ${whose} has left`,
    cause: why,
    hint: `Remove it by \`docker rm -f ${name}\`; if that hangs, restart the engine. The build volume is kept.`,
  });
}
