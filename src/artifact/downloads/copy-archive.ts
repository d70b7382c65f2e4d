import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reason } from '../../errors.js';
import { copyFileAtomic, isSameTime } from '../../util/files/copy-file-atomic.js';
import { mountPointOf } from '../../util/files/mount-point.js';
import type { ArchiveFile } from '../archive/archive-file.js';
import type { Here } from './is-needed.js';
import { type Copy, pruneDownloads } from './prune.js';
import { type CopyRecord, readRecord, recordPath, writeRecord } from './records.js';

/** Where an archive is copied to, and what for. */
interface Destination {
  /** The download cache, absolute. */
  downloads: string;
  /** Which archives take turns: "my_system-portable.tar.gz". */
  series: string;
  /** The artifact that was unpacked from the archive, absolute. */
  artifact: string;
  /** How many archives of the series stay, besides those that an artifact needs. */
  keep: number | 'all';
}

interface Done {
  /** As {@link copyFileAtomic} says it. */
  copied: 'made' | 'replaced' | undefined;
  /** Older ones of ours. */
  removed: Copy[];
  /** Why there is no record, so that the copy does not count as ours, and nothing was removed. */
  unrecorded?: string;
}

/** A record is written again after this long: it says when the archive was last used. */
const REFRESH_MS = 60 * 60 * 1000;

/**
 * Copies an archive to a download cache, records that it is ours and whose, and removes older ones of ours.
 * @throws an error of the system when it cannot be copied
 */
export async function copyArchive(archive: ArchiveFile, to: Destination, here: Here): Promise<Done> {
  const { downloads, keep, series } = to;
  const path = recordPath(downloads, archive.file, { ...to, host: here.host });
  const [{ size, mtimeMs }, known] = await Promise.all([stat(archive.path), readRecord(path)]);
  const isSame =
    known?.sha256 === archive.sha256 && known.size === size && isSameTime(known.mtime_ms, mtimeMs);
  const write = async (copied: boolean): Promise<string | undefined> => {
    try {
      const mount = await mountPointOf(to.artifact);
      const own = { sha256: archive.sha256, size, mtime_ms: mtimeMs, copied };
      const whose = { artifact: to.artifact, host: here.host, mount, time: here.now.toISOString() };
      const record: CopyRecord = { version: 1, series, ...own, ...whose };
      await writeRecord(path, downloads, record);
      return undefined;
    } catch (error) {
      return reason(error);
    }
  };
  // first, so that a build elsewhere does not remove what this one finds there
  const isRecent = isSame && here.now.getTime() - Date.parse(known.time) < REFRESH_MS;
  let unrecorded = isRecent ? undefined : await write(isSame && known.copied);
  const copied = await copyFileAtomic(archive.path, join(downloads, archive.file));
  if (copied) unrecorded = await write(true);
  const prunes = copied && unrecorded === undefined && keep !== 'all';
  return { copied, unrecorded, removed: prunes ? await pruneDownloads(downloads, series, keep, here) : [] };
}
