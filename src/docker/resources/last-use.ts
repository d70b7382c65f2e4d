import type { Labels } from '../../conventions/labels.js';
import type { Engine } from '../connection/connect.js';
import { statOf, withEmptyContainer } from './empty-container.js';

/** Where volume number `index` is mounted. */
const at = (index: number) => `/v/${index}`;

/**
 * When each volume was last written to at its top, by its name; the engine itself does not know.
 * @param labels what this needs on the engine carries them
 */
export async function lastUses(
  engine: Engine,
  volumes: readonly string[],
  labels: Labels,
): Promise<Map<string, Date>> {
  const mounts = volumes.map((Source, index) => ({
    ...{ Type: 'volume' as const, Source, Target: at(index), ReadOnly: true },
  }));
  return await withEmptyContainer(engine, mounts, labels, async (container) => {
    const times = await Promise.all(
      volumes.map(async (_, index) => (await statOf(container, at(index))).mtime),
    );
    return new Map(volumes.flatMap((name, index) => (times[index] ? [[name, new Date(times[index])]] : [])));
  });
}
