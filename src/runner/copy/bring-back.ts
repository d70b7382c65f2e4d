import type { BuildContainer } from '../../backend/types.js';
import { systemCode } from '../../errors.js';
import { withoutLeftOut } from '../../sources/left-out-paths.js';
import type { Entries, Tree, TreeEntry } from '../../sources/tree.js';
import { changedTree } from '../../sources/tree-builder.js';
import type { Source } from '../plan/sources.js';
import { entriesNow, forgetShell, touchedByShell } from './changes-of-shell.js';
import {
  besideOf,
  entriesOnHost,
  isStill,
  obstacleTo,
  putDirectory,
  putFile,
  putLink,
  removeFromHost,
  setMode,
} from './put-back.js';
import { type FileTarget, readFiles } from './read-files.js';
import { type Change, whatComesBack } from './what-comes-back.js';

/** What became of a change. */
export interface Returned extends Change {
  /** Its name on the host, where that is another one. */
  beside?: string;
  /** Why it could not be written. */
  error?: unknown;
}

/**
 * Brings what a shell changed in the copy of a directory to the host, and only what a build sees of it. What the host has
 * changed meanwhile stays, and the shell's is put beside it. A failure of one file leaves the others alone; the shell then
 * stays recorded in the volume, so that the next one can try again.
 * @throws ArtifactError FILE_ACCESS, ENGINE_LOST where not even that is known
 */
export async function bringBack(
  container: BuildContainer,
  source: Source,
  signal: AbortSignal,
): Promise<Returned[]> {
  const touched = await touchedByShell(container, source);
  if (!touched) return [];
  const { base, special } = touched;
  const root = source.from;
  const exclude = source.exclude === undefined ? [] : [source.exclude];
  const paths = await withoutLeftOut(root, touched.paths, exclude);
  const ordinary = paths.filter((path) => !special.has(path));
  const shell = await entriesNow(container, source, base, ordinary);
  const host = await entriesOnHost(root, paths, signal);
  const changes = whatComesBack(paths, { base, shell, host }, special);
  const returned = await write({ container, source, host, signal, besides: new Map() }, changes);
  if (!returned.some(({ error }) => isFailure(error)))
    await forgetShell(container, source, withReturned(base, returned));
  return returned;
}

/** What came back is, from now on, what was copied. */
function withReturned(base: Tree, returned: readonly Returned[]): Tree {
  const changes = new Map<string, TreeEntry | undefined>();
  for (const { path, what, entry, error } of returned) {
    if (what === 'put' && entry && !error) changes.set(path, entry);
    if (what === 'remove' && !error) changes.set(path, undefined);
  }
  return changedTree(base, changes);
}

/** Whether trying again may help: a name that is too long for the host is none that will ever fit. */
export function isFailure(error: unknown): boolean {
  return error !== undefined && systemCode(error) !== 'ENAMETOOLONG';
}

const filesOf = (changes: readonly Change[]) =>
  changes.filter(({ entry }) => entry?.kind === 'file').map(({ path }) => path);

interface Writing {
  container: BuildContainer;
  source: Source;
  /** What the host had when it was decided what comes back. */
  host: Entries;
  signal: AbortSignal;
  /** Where a directory's content goes for which there is no room. */
  besides: Map<string, string>;
}

/** What goes comes first, then directories and links, the files, and last the modes of directories. */
async function write(writing: Writing, changes: readonly Change[]): Promise<Returned[]> {
  const root = writing.source.from;
  const returned = new Map<string, Returned>(changes.map((change) => [change.path, { ...change }]));
  const attempt = async (path: string, action: (one: Returned) => Promise<void>) => {
    const one = returned.get(path) as Returned;
    try {
      await action(one);
    } catch (error) {
      one.error = error;
    }
  };
  for (const { path } of changes.filter(({ what }) => what === 'remove').reverse())
    await attempt(path, (one) => remove(writing, one));
  const present = changes.filter(({ entry }) => entry);
  for (const { path, entry } of present)
    if (entry?.kind !== 'file') await attempt(path, (one) => putOther(writing, one));
  const files = filesOf(present);
  const unread = new Error('it could not be read in the container');
  for (const path of files) (returned.get(path) as Returned).error = unread;
  await readFiles(writing.container, writing.source, files, async (path) => {
    let target: FileTarget | undefined;
    await attempt(path, async (one) => {
      target = await openFor(writing, one);
    });
    return {
      write: async (data) => await target?.write(data),
      end: (sha256) => attempt(path, async () => await target?.end(sha256)),
    };
  });
  for (const { path, entry } of present.toReversed())
    if (entry?.kind === 'dir') await attempt(path, (one) => setMode(root, one.beside ?? path, entry));
  return [...returned.values()];
}

async function remove({ source, host }: Writing, one: Returned): Promise<void> {
  const { path } = one;
  const root = source.from;
  const isOurs = obstacleTo(root, path) === undefined && isStill(root, path, host.get(path));
  if (!isOurs || !(await removeFromHost(root, path))) one.what = 'keep';
}

/** A directory or a link. */
async function putOther(writing: Writing, one: Returned): Promise<void> {
  const root = writing.source.from;
  const put = one.entry?.kind === 'dir' ? putDirectory : putLink;
  await findRoom(writing, one, (at) => put(root, at, one.entry as never));
}

async function openFor(writing: Writing, one: Returned): Promise<FileTarget> {
  const { source, host, signal } = writing;
  const root = source.from;
  const entry = one.entry as NonNullable<Returned['entry']>;
  const placed = async () => {
    const before = host.get(one.path);
    const mayBeThere = one.beside !== undefined || before?.kind === 'dir' || isStill(root, one.path, before);
    if (!mayBeThere) one.beside = await besideOf(root, one.path, entry, signal);
    one.error = undefined;
    return one.beside ?? one.path;
  };
  return await findRoom(writing, one, (at) => putFile(root, at, entry, placed));
}

/**
 * Writes to a path; or beside it, or beside a directory of it, where the host has something else. A directory that is to
 * become something else, and in which the host has more than was copied, is such a case, too.
 */
async function findRoom<T>(writing: Writing, one: Returned, put: (at: string) => Promise<T>): Promise<T> {
  const { path } = one;
  const root = writing.source.from;
  const isFree = one.what === 'put' && isStill(root, path, writing.host.get(path));
  const obstacle = obstacleTo(root, path) ?? (isFree ? undefined : path);
  if (obstacle === undefined) {
    try {
      return await put(path);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
    }
  }
  const from = obstacle ?? path;
  const { besides, signal } = writing;
  const beside =
    besides.get(from) ?? (await besideOf(root, from, from === path ? one.entry : undefined, signal));
  besides.set(from, beside);
  one.beside = beside + path.slice(from.length);
  one.what = 'beside';
  return await put(one.beside);
}
