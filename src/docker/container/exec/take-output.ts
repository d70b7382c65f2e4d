import type Docker from 'dockerode';
import type { Command, OutputChunk, Sink } from '../../../backend/types.js';
import { ArtifactError } from '../../../errors.js';
import type { DemuxStream } from './demux.js';
import type { EndMark } from './end-mark.js';
import { type Ending, type Inspect, lost, NO_ANSWER, settledCode, waitForExit } from './exec-exit.js';

/** A process in a container whose output is read: a command's, or that of several, one after the other. */
export interface Running {
  container: Docker.Container;
  frames: DemuxStream;
  inspect: Inspect;
  /** Reads no more of it. */
  leave(): void;
}

/**
 * Takes the output of a command up to its mark, and gives its exit code; undefined where the output ended without a mark.
 * @throws ArtifactError ENGINE_LOST, and what the sink throws
 */
export async function takeOutput(
  { container, frames, inspect, leave }: Running,
  mark: EndMark,
  spec: Command,
  sink: Sink,
  signal: AbortSignal,
): Promise<number | undefined> {
  const progress = { taken: 0, pending: false };
  const stop = new AbortController();
  let end = 'unknown' as Ending;
  const watch = waitForExit(inspect, () => progress, AbortSignal.any([signal, stop.signal])).then(
    (ending) => {
      end = ending;
      if (ending !== 'unknown') leave();
    },
  );
  const take = async (chunks: OutputChunk[]) => {
    progress.taken++;
    progress.pending = true;
    if (chunks.length > 0) await sink(chunks);
    progress.pending = false;
  };
  try {
    const pieces: AsyncIterable<OutputChunk[]> = frames.iterator({ destroyOnReturn: false });
    for await (const chunks of pieces) {
      await take(mark.take(chunks));
      if (mark.exitCode !== undefined) return await settledCode(container, spec, mark.exitCode, signal);
    }
    await take(mark.rest());
  } catch (error) {
    signal.throwIfAborted();
    if (progress.pending || error instanceof ArtifactError) throw error; // the sink's own
    if (end !== 'over') throw lost(spec, end === 'silent' ? NO_ANSWER : error);
  } finally {
    stop.abort();
    await watch;
  }
  return undefined;
}
