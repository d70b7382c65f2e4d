import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { COPY_RECORDS } from '../../conventions/own-outputs.js';
import { systemCode } from '../../errors.js';
import { writeDurable } from '../../util/files/durable.js';
import { sibling } from '../../util/files/replace-directory.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const copyRecord = z.object({
  version: z.literal(1),
  /** Which archives take turns: "my_system-portable.tar.gz". */
  series: z.string(),
  /** What was copied. */
  sha256,
  size: z.number(),
  mtime_ms: z.number(),
  /** Whether it was copied by us, or somebody else had put it there. */
  copied: z.boolean(),
  /** The artifact that was unpacked from it, where that is, and when it last was. */
  artifact: z.string().refine(isAbsolute),
  host: z.string(),
  mount: z.string(),
  time: z.iso.datetime(),
});

/** That an artifact uses an archive in a download cache, and that the archive is ours. */
export type CopyRecord = z.output<typeof copyRecord>;

export interface Found {
  path: string;
  /** The name of the archive: out of the record's own name, as whatever stands in a file may lead anywhere. */
  archive: string;
  /** Undefined where it cannot be read: of a newer version, or broken. */
  record: CopyRecord | undefined;
}

/** `<archive>.<16 hex digits>.json`: one for each artifact, so that no two builds write the same file. */
const NAME = /^([^./\\][^/\\]*\.tar\.(?:gz|xz|zst))\.[0-9a-f]{16}\.json$/;
/** A record is smaller; what a step in the container, which may write here, has made of it is not read. */
const LARGEST = 64 * 1024;

export function recordPath(
  downloads: string,
  archive: string,
  { host, artifact }: Pick<CopyRecord, 'host' | 'artifact'>,
): string {
  const key = createHash('sha256').update(`${host}\0${artifact}`).digest('hex').slice(0, 16);
  return join(downloads, COPY_RECORDS, `${archive}.${key}.json`);
}

/** All records of a download cache; none where there are no records. */
export async function recordsIn(downloads: string): Promise<Found[]> {
  const directory = join(downloads, COPY_RECORDS);
  if (!(await isDirectory(directory))) return [];
  const names = await readdir(directory).catch(() => []);
  const found = names.flatMap((name) => {
    const archive = NAME.exec(name)?.[1];
    return archive === undefined ? [] : [{ archive, path: join(directory, name) }];
  });
  return await Promise.all(found.map(async (one) => ({ ...one, record: await readRecord(one.path) })));
}

export async function readRecord(path: string): Promise<CopyRecord | undefined> {
  try {
    const text = await readSmallFile(path, LARGEST);
    return copyRecord.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** @throws an error of the system; what is in the place of the directory, a link say, is not followed */
export async function writeRecord(path: string, downloads: string, record: CopyRecord): Promise<void> {
  await makeDirectory(join(downloads, COPY_RECORDS), downloads);
  const fresh = sibling(path, 'new');
  try {
    await writeDurable(fresh, `${JSON.stringify(record, null, 2)}\n`);
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** Who may write into the download cache, as several users who share one, may also write into this. */
async function makeDirectory(directory: string, downloads: string): Promise<void> {
  await mkdir(downloads, { recursive: true });
  try {
    await mkdir(directory);
    await chmod(directory, (await stat(downloads)).mode & 0o7777);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (!(await isDirectory(directory))) throw new Error(`${directory} is not a directory`);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return await lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The content of a regular file: reading a pipe would never end. */
export async function readSmallFile(path: string, most: number): Promise<string> {
  const found = await lstat(path);
  if (!found.isFile() || found.size > most) throw new Error(`${path} is not a small file`);
  return await readFile(path, 'utf8');
}
