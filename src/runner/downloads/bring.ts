import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BuildContainer } from '../../backend/types.js';
import { DL_DIR } from '../../conventions/container-paths.js';
import { reason } from '../../errors.js';
import { countText, sizeText } from '../../options/units.js';
import { sibling } from '../../util/files/replace-directory.js';
import type { Report } from '../output/reporter.js';
import type { BuildUser } from '../plan/user.js';
import { filesOfEngine } from './files.js';

/** Between a directory of the host and the download cache of an engine that does not see it. */
export interface Traffic {
  container: BuildContainer;
  /** Whose the files in the engine's download cache are. */
  user: BuildUser;
  report: Pick<Report, 'emit'>;
}

/**
 * Writes what the engine's download cache has got since, beside what the host has, which stays as it is. A build does not fail
 * for a cache that cannot be written.
 */
export async function bringDownloads(
  { container, report }: Traffic,
  to: string,
  known: ReadonlySet<string>,
): Promise<void> {
  const isNew = (path: string) => !known.has(path) && !existsSync(join(to, path));
  const paths = [...(await filesOfEngine(container))].filter(isNew);
  let size = 0;
  for (const path of paths) {
    const file = await container.openFile(`${DL_DIR}/${path}`);
    if (!file) continue; // somebody else has removed it
    try {
      await writeWhole(join(to, path), file.content);
    } catch (error) {
      const text = `not all downloads could be brought to ${to}: ${reason(error)}`;
      return void report.emit({ type: 'warning', text });
    }
    size += file.size;
  }
  const text = `Brought ${countText(paths.length, 'file')} to ${to} (${sizeText(size)})`;
  if (paths.length > 0) report.emit({ type: 'note', text });
}

async function writeWhole(path: string, content: NodeJS.ReadableStream): Promise<void> {
  const fresh = sibling(path, 'new');
  try {
    await mkdir(dirname(path), { recursive: true });
    await pipeline(content, createWriteStream(fresh));
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}
