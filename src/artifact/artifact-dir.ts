import { readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { ArtifactError, systemCode } from '../errors.js';
import { CHECKSUM, UNPACKED_FROM } from './archive/marker-files.js';
import { DOCKER_ID } from './docker-id.js';

/** Absolute paths that an artifact must keep clear of. */
export interface KeepClear {
  /** What it must not contain: the workspace, its projects. */
  keep: readonly string[];
  /** Where it must not lie: in the outputs of other projects. */
  others: readonly string[];
}

/**
 * Refuses a directory for the artifact whose content is not ours to replace: one that is not empty and was not
 * unpacked by this tool, that contains a `.git` or one of `keep`, or is the artifact of another project. Links are
 * followed.
 * @throws ArtifactError BAD_OPTION
 */
export async function checkArtifactDir(directory: string, { keep, others }: KeepClear): Promise<void> {
  const place = await placeOf(directory);
  const cause =
    (await containedIn(place, keep)) ?? (await liesIn(place, others)) ?? (await foreignContent(place));
  if (cause === undefined) return;
  throw new ArtifactError('BAD_OPTION', {
    tried: `unpack the artifact into ${directory}`,
    cause,
    hint: 'Name in "artifact_dir" a directory that is empty or not there yet: unpacking replaces all that is in it.',
  });
}

/** The real path of an artifact of ours at `directory`, unpacked or begun; undefined where there is none. */
export async function ownArtifactAt(directory: string): Promise<string | undefined> {
  const place = await placeOf(directory);
  const names = await readdir(place).catch(() => []);
  return names.length > 0 && (await foreignContent(place)) === undefined ? place : undefined;
}

/**
 * What an artifact takes the place of: behind the user's link to a bigger disk, say, what is there if that is ours; a
 * link to anything else is replaced itself, and what it leads to stays.
 */
export async function placeToReplace(directory: string): Promise<string> {
  const place = await placeOf(directory);
  return (await foreignContent(place)) === undefined ? place : directory;
}

/** Where a directory really is, or will be. */
async function placeOf(directory: string): Promise<string> {
  try {
    return await realpath(directory);
  } catch {
    const target = await readlink(directory).catch(() => undefined);
    return target === undefined ? resolve(directory) : resolve(await realpath(dirname(directory)), target);
  }
}

async function containedIn(place: string, keep: readonly string[]): Promise<string | undefined> {
  for (const path of keep) {
    if (isBelow(await placeOf(path), place)) return `it contains ${path}`;
  }
  return undefined;
}

async function liesIn(place: string, others: readonly string[]): Promise<string | undefined> {
  for (const path of others) {
    if (isBelow(place, await placeOf(path)))
      return `it lies in ${path}, which another project's artifact is in`;
  }
  return undefined;
}

function isBelow(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

async function foreignContent(place: string): Promise<string | undefined> {
  const names: string[] | string = await readdir(place).catch((error) => {
    if (systemCode(error) === 'ENOENT') return [];
    if (systemCode(error) === 'ENOTDIR') return 'it is a file';
    throw error;
  });
  if (typeof names === 'string') return names;
  if (names.includes('.git')) return 'it contains a .git';
  if (names.includes(UNPACKED_FROM) && names.includes(CHECKSUM)) return undefined;
  // an id of any configuration, or one that a build which was killed was just writing
  const foreign = names.filter((name) => !name.startsWith(DOCKER_ID));
  if (foreign.length === 0) return undefined;
  return `it is not empty, and was not unpacked by this tool: ${foreign.slice(0, 3).join(', ')}`;
}
