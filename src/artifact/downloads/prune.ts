import type { Stats } from 'node:fs';
import { link, lstat, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { COPY_RECORDS } from '../../conventions/own-outputs.js';
import { systemCode } from '../../errors.js';
import { isSameTime } from '../../util/files/copy-file-atomic.js';
import { removeTree } from '../../util/files/remove-tree.js';
import { leftoversIn, sibling } from '../../util/files/replace-directory.js';
import { sha256Of } from '../archive/archive-file.js';
import { type Here, isNeeded } from './is-needed.js';
import { type CopyRecord, type Found, recordsIn } from './records.js';

/** An archive in a download cache that we have copied there. */
export interface Copy {
  /** Its name. */
  archive: string;
  record: CopyRecord;
  /** When an artifact was last unpacked from it, in milliseconds. */
  used: number;
}

/**
 * Removes of a download cache the archives of one series that are ours, but for the `keep` that were used last and those
 * that an artifact needs. One that cannot be removed, as it is another user's, stays.
 * @returns what was removed
 */
export async function pruneDownloads(
  downloads: string,
  series: string,
  keep: number,
  here: Here,
): Promise<Copy[]> {
  for (const left of await leftoversIn(join(downloads, COPY_RECORDS))) await removeTree(left).catch(() => {});
  const records = await recordsIn(downloads);
  const own = (await copiesAmong(records, downloads)).filter(({ record }) => record.series === series);
  const removed: Copy[] = [];
  for (const copy of own.slice(keep)) {
    const isSpare = !(await anyNeeded(recordsOf(copy, records), here));
    if (isSpare && (await remove(downloads, copy, here))) removed.push(copy);
  }
  await forget(downloads, series, here);
  return removed;
}

/** The archives in a download cache that are ours and that nobody has changed, the last used one first. */
export async function copiesAmong(records: readonly Found[], downloads: string): Promise<Copy[]> {
  const copies: Copy[] = [];
  for (const archive of new Set(records.map((found) => found.archive))) {
    const known = recordsOf({ archive }, records).flatMap(({ record }) => record ?? []);
    const file = await statOfCopy(downloads, archive);
    const record = known.find((one) => one.copied && isCopy(file, one));
    const used = Math.max(...known.map(({ time }) => Date.parse(time)));
    if (record) copies.push({ archive, record, used });
  }
  return copies.sort((one, other) => other.used - one.used);
}

function recordsOf({ archive }: Pick<Copy, 'archive'>, records: readonly Found[]): Found[] {
  return records.filter((found) => found.archive === archive);
}

async function anyNeeded(records: readonly Found[], here: Here): Promise<boolean> {
  return (await Promise.all(records.map((found) => isNeeded(found, here)))).includes(true);
}

/** Not through a link, which leads to a file that is not ours. */
async function statOfCopy(downloads: string, archive: string): Promise<Stats | undefined> {
  return await lstat(join(downloads, archive)).catch(() => undefined);
}

function isCopy(file: Stats | undefined, { size, mtime_ms }: CopyRecord): boolean {
  return Boolean(file?.isFile() && file.size === size && isSameTime(file.mtimeMs, mtime_ms));
}

/**
 * Removes one, unless an artifact of it is recorded meanwhile: a build first records that it needs an archive, and then
 * looks whether that is there. So it is moved away, and its records are looked at once more, before it goes: either we
 * see the new record, or that build sees that the archive is missing, and copies its own.
 */
async function remove(downloads: string, { archive, record }: Copy, here: Here): Promise<boolean> {
  const path = join(downloads, archive);
  const aside = sibling(join(downloads, COPY_RECORDS, archive), 'old');
  try {
    if ((await sha256Of(path)) !== record.sha256) return false;
    await rename(path, aside);
  } catch {
    return false;
  }
  const records = recordsOf({ archive }, await recordsIn(downloads));
  if (!isCopy(await lstat(aside), record) || (await anyNeeded(records, here))) {
    await putBack(aside, path);
    return false;
  }
  await rm(aside, { force: true });
  for (const found of records) await rm(found.path, { force: true });
  return true;
}

/** What has been copied there meanwhile stays. */
async function putBack(aside: string, path: string): Promise<void> {
  await link(aside, path).catch(async (error) => {
    if (systemCode(error) !== 'EEXIST') await rename(aside, path); // no file, or a file system without links
  });
  await rm(aside, { force: true });
}

/** Removes records that are of no use any more: they neither show that an archive is ours nor that it is needed. */
async function forget(downloads: string, series: string, here: Here): Promise<void> {
  for (const found of await recordsIn(downloads)) {
    const { path, archive, record } = found;
    if (record?.series !== series) continue;
    const isProof = record.copied && isCopy(await statOfCopy(downloads, archive), record);
    if (!isProof && !(await isNeeded(found, here))) await rm(path, { force: true }).catch(() => {});
  }
}
