import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { inDoubt, modesAlone, outdating, touchedSince } from '../../sources/changes.js';
import { doubtText, entriesText, isManifestOf, manifestText, readManifest } from '../../sources/manifest.js';
import { compareTrees, parents, type Tree, type TreeEntry } from '../../sources/tree.js';
import { debug } from '../../util/debug.js';
import { copyDir, type Source } from '../plan/sources.js';
import { entriesInCopy, recordState } from './copy-state.js';
import { forAll, remember } from './in-container.js';
import { madeByShell, removeMadeByShell } from './made-by-shell.js';
import { doubtFile, manifestFile, stateFile } from './places.js';

/** A copy of a directory of the host, and what it is to become. */
export interface SyncSources extends Source {
  uid: number;
  gid: number;
  /** What the host has. */
  tree: Tree;
  copyDigest: string;
  /** The manifest of the last time, as it was found in the volume, see {@link MANIFEST_FUNCTION}; empty when there is none. */
  manifest: string;
  /** Paths in the copy that something changed since; undefined when that is not known. */
  touched: ReadonlySet<string> | undefined;
  /** Those that a shell has touched; undefined where none was opened since. */
  byShell: ReadonlySet<string> | undefined;
  /** Nothing was built in this volume: the files keep the times that they have on the host. */
  fresh: boolean;
}

/** A copy that was brought up to date, and whose manifest does not say so yet. */
export interface Synced {
  /** The files that something in a container had changed, and that have again what the host has. */
  undone: string[];
  /** How many files were copied. */
  copied: number;
  /** Nothing of the host was read, and nothing in the copy changed. */
  isSame: boolean;
  /** Something that a step had made is gone, as a shell had changed it. */
  isIncomplete: boolean;
  /**
   * Records the state of the copy, which takes long of a large one, and writes the manifest. `now` gives what the host has
   * since: of what was touched there, nobody knows which content the copy got.
   * @returns the paths of which that is so
   */
  settle(now: () => Promise<Tree>): Promise<string[]>;
}

/**
 * Brings the copy of a host directory up to date: what changed in content or mode is copied, what is gone from the host
 * is removed, what a step or a shell did to a copied file is undone, what a shell made goes, and what the build itself made
 * there (an unpacked Buildroot, Config.in) stays. The host's directory is only read. Where something was built before, other content gets
 * the engine's time, which is later than all that was built; the host's may be earlier (a backup, `cp -p`), and make
 * would keep the old object. A file whose time or mode alone changed, as after a fresh checkout, keeps its old time
 * in the copy, so that make has nothing to do.
 * @throws ArtifactError FILE_ACCESS
 */
export async function syncSources(
  container: BuildContainer,
  copy: SyncSources,
  signal: AbortSignal,
): Promise<Synced> {
  try {
    const isOfTree = isManifestOf(copy.manifest, copy.copyDigest);
    const manifest = isOfTree ? copy.tree : readManifest(copy.manifest);
    const made = madeByShell(manifest, copy.byShell ?? new Set());
    if (copy.byShell) await removeMadeByShell(container, copy, made);
    const before = await reallyBefore(container, copy, manifest);
    const { changed, removed } = before === copy.tree ? NOTHING : compareTrees(before, copy.tree);
    const isSame = changed.length + removed.length === 0;
    const isKnown = isSame && isOfTree;
    const doubts = inDoubt(before, copy.tree, changed, removed);
    // ahead of the rest: whatever an interrupted copy leaves is known not to be what the host has
    let ahead: readonly [string, string] | undefined;
    if (!isKnown) {
      const isAsRead = before === manifest && !isOfTree && Object.keys(manifest).length > 0;
      const settled = isAsRead ? copy.manifest : entriesText(before);
      ahead = [doubtFile(copy), doubtText(settled, doubts)];
    }
    if (isSame && ahead) await remember(container, ahead);
    if (!isSame) await change(container, copy, before, { changed, removed, ahead });
    const hasState = isSame && copy.touched?.size === 0;
    debug('sources: %s: %d copied, %d removed', copy.name, changed.length, removed.length);
    return {
      undone: [...undoneIn(manifest, before, [...changed, ...removed]), ...made].sort(),
      copied: changed.filter((path) => copy.tree[path]?.kind !== 'dir').length,
      isSame,
      isIncomplete: made.length > 0,
      settle: (now) => settle(container, copy, { isKnown, hasState, changed, doubts, now }),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw failed(copy.from, error);
  }
}

const NOTHING = { changed: [], removed: [] };

/** The manifest, where something changed the copy since corrected by what is really there. */
async function reallyBefore(container: BuildContainer, copy: SyncSources, manifest: Tree): Promise<Tree> {
  const { touched } = copy;
  const isTouched = (path: string) => !touched || touched.has(path) || path.includes('\n');
  const paths = Object.keys(manifest).filter(isTouched);
  if (paths.length === 0) return manifest;
  const found = await entriesInCopy(container, copyDir(copy), manifest, paths);
  const replaced = new Set(paths.filter((path) => found[path] && found[path].kind !== manifest[path]?.kind));
  // what is found below a link that took the place of a directory lies elsewhere
  const isThere = (path: string) =>
    (!isTouched(path) || found[path]) &&
    (replaced.size === 0 || !parents(path).some((parent) => replaced.has(parent)));
  const rest = Object.entries(manifest).filter(([path]) => isThere(path));
  return Object.fromEntries(rest.map(([path, entry]) => [path, corrected(entry, found[path])]));
}

/** What of a copy that was put right was as the manifest has it no more. An interrupted copy is nobody's change. */
function undoneIn(manifest: Tree, before: Tree, corrected: readonly string[]): string[] {
  if (corrected.length === 0 || before === manifest) return [];
  const { changed, removed } = compareTrees(manifest, before);
  const touched = new Set([...changed, ...removed].filter((path) => (manifest[path]?.mode ?? -1) >= 0));
  return corrected.filter((path) => touched.has(path));
}

/** What the manifest does not know (an interrupted copy) stays unknown. */
function corrected(entry: TreeEntry, found: TreeEntry | undefined): TreeEntry {
  if (!found) return entry;
  return entry.mode < 0 ? { ...entry, kind: found.kind } : found;
}

async function change(
  container: BuildContainer,
  copy: SyncSources,
  before: Tree,
  { changed, removed, ahead }: { changed: string[]; removed: string[]; ahead?: readonly [string, string] },
): Promise<void> {
  const { modes, others } = modesAlone(before, copy.tree, changed);
  const outdated = copy.fresh ? [] : outdating(before, copy.tree, others);
  const isAlone = removed.length > 0 || others.length === 0;
  if (ahead && isAlone) await remember(container, ahead);
  await forAll(container, copyDir(copy), 'rm -rf --', removed);
  if (others.length > 0) {
    const { putFiles } = await import('./put-files.js');
    await putFiles(container, copy, copy.tree, others, isAlone ? undefined : ahead);
  }
  // five digits, as GNU chmod keeps the set-group-ID bit of a directory with four
  for (const [mode, paths] of modes) {
    await forAll(container, copyDir(copy), `chmod ${mode.toString(8).padStart(5, '0')} --`, paths);
  }
  await forAll(container, copyDir(copy), 'touch -c --', outdated); // the time that it is for the engine
}

interface Settling {
  isKnown: boolean;
  hasState: boolean;
  changed: string[];
  doubts: Tree;
  now: () => Promise<Tree>;
}

async function settle(
  container: BuildContainer,
  copy: SyncSources,
  { isKnown, hasState, changed, doubts, now }: Settling,
): Promise<string[]> {
  if (!hasState) await recordState(container, copyDir(copy), stateFile(copy));
  if (isKnown) return []; // nothing was copied
  const unknown = touchedSince(copy.tree, await now(), changed);
  const others = Object.fromEntries(unknown.map((path) => [path, doubts[path] as TreeEntry]));
  const text =
    unknown.length > 0 ? manifestText({ ...copy.tree, ...others }) : manifestText(copy.tree, copy.copyDigest);
  await remember(container, [manifestFile(copy), text], [doubtFile(copy), '']);
  return unknown;
}

function failed(from: string, cause: unknown): ArtifactError {
  if (cause instanceof ArtifactError) return cause;
  return new ArtifactError('FILE_ACCESS', {
    tried: `copy ${from} into the build volume`,
    cause,
    hint: 'Are all its files readable?',
  });
}
