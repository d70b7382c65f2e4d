import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { UNPACKED_FROM } from '../../conventions/own-outputs.js';
import { systemCode } from '../../errors.js';
import { isGone } from '../../util/files/mount-point.js';
import { type Found, readSmallFile } from './records.js';

/** The machine that looks, and when. */
export interface Here {
  /** The name of the host. */
  host: string;
  now: Date;
}

/** What another machine, or a container that is gone, has recorded can be looked at by nobody here: it counts for a month. */
const FOREIGN_MS = 30 * 24 * 60 * 60 * 1000;
/** A SHA-256 in hex digits. */
const DIGITS = 64;

/** Whether an archive must stay for this record: what we cannot read, or cannot look at, is not known to be superfluous. */
export async function isNeeded({ record }: Found, here: Here): Promise<boolean> {
  if (!record) return true;
  const unpacked = await unpackedFrom(record.artifact);
  if (unpacked === record.sha256) return true;
  if (record.host !== here.host) return here.now.getTime() - Date.parse(record.time) < FOREIGN_MS;
  // gone, and not only for as long as a disk is not mounted
  return unpacked === undefined && !(await isGone(record.artifact, record.mount));
}

/** The archive of an artifact; '' where it is of none, undefined where there is nothing to be seen. */
async function unpackedFrom(artifact: string): Promise<string | undefined> {
  try {
    return await readSmallFile(join(artifact, UNPACKED_FROM), DIGITS);
  } catch {
    const isThere = await lstat(artifact).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return isThere && (await isAbsent(join(artifact, UNPACKED_FROM))) ? '' : undefined;
  }
}

async function isAbsent(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => false,
    (error) => systemCode(error) === 'ENOENT',
  );
}
