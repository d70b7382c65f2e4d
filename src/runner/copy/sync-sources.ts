import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { inDoubt, modesAlone, outdating, touchedSince } from '../../sources/changes.js';
import { compareTrees } from '../../sources/compare-trees.js';
import { entriesText, isManifestOf, manifestText, readManifest } from '../../sources/manifest.js';
import { parents } from '../../sources/paths.js';
import type { Tree, TreeEntry } from '../../sources/tree.js';
import { changedTree } from '../../sources/tree-builder.js';
import { debug } from '../../util/debug.js';
import { copyDir, type Source } from '../plan/sources.js';
import { entriesInCopy, recordState } from './copy-state.js';
import { forAll, replace } from './in-container.js';
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
  /** What of it nobody knows, as a copy was cut off; '' where there is nothing. */
  doubts: string;
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
    const isOfTree = isManifestOf(copy.manifest, copy.copyDigest) && copy.doubts === '';
    const manifest = isOfTree ? copy.tree : readManifests(copy);
    const made = madeByShell(manifest, copy.byShell ?? new Set());
    if (copy.byShell) await removeMadeByShell(container, copy, made);
    const before = await reallyBefore(container, copy, manifest);
    const byOthers = compareTrees(manifest, before);
    const { changed, removed } = compareTrees(before, copy.tree);
    const isSame = changed.length + removed.length === 0;
    const isKnown = isSame && isOfTree;
    const doubts = changedTree(
      inDoubt(before, copy.tree, changed, removed),
      new Map(inDoubt(manifest, before, byOthers.changed, byOthers.removed)),
    );
    // ahead of the rest: whatever an interrupted copy leaves is known not to be what the host has
    const ahead = isKnown ? undefined : ([doubtFile(copy), entriesText(doubts)] as const);
    if (isSame && ahead) await replace(container, ahead);
    if (!isSame) await change(container, copy, before, { changed, removed, ahead });
    const hasState = isSame && copy.touched?.size === 0;
    debug('sources: %s: %d copied, %d removed', copy.name, changed.length, removed.length);
    return {
      undone: [...undoneIn(manifest, byOthers, [...changed, ...removed]), ...made].sort(),
      copied: changed.filter((path) => copy.tree.get(path)?.kind !== 'dir').length,
      isSame,
      isIncomplete: made.length > 0,
      settle: (now) => settle(container, copy, { isKnown, hasState, changed, doubts, now }),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw failed(copy.from, error);
  }
}

/** By the manifest, and what is in doubt. */
function readManifests({ manifest, doubts }: Pick<SyncSources, 'manifest' | 'doubts'>): Tree {
  const settled = readManifest(manifest);
  return doubts === '' ? settled : changedTree(settled, new Map(readManifest(doubts)));
}

/** The manifest, where something changed the copy since corrected by what is really there. */
async function reallyBefore(container: BuildContainer, copy: SyncSources, manifest: Tree): Promise<Tree> {
  const { touched } = copy;
  const isTouched = (path: string) => !touched || touched.has(path) || path.includes('\n');
  const paths = manifest.paths.filter(isTouched);
  if (paths.length === 0) return manifest;
  const found = await entriesInCopy(container, copyDir(copy), manifest, paths);
  const isOther = (path: string) => found.has(path) && found.get(path)?.kind !== manifest.get(path)?.kind;
  const replaced = new Set(paths.filter(isOther));
  // what is found below a link that took the place of a directory lies elsewhere
  const isThere = (path: string) =>
    (!isTouched(path) || found.has(path)) &&
    (replaced.size === 0 || !parents(path).some((parent) => replaced.has(parent)));
  const changes = new Map<string, TreeEntry | undefined>();
  for (const path of manifest.paths) {
    if (!isThere(path)) changes.set(path, undefined);
    else if (found.has(path)) changes.set(path, corrected(manifest.get(path), found.get(path)));
  }
  return changedTree(manifest, changes);
}

/** What of a copy that was put right was as the manifest has it no more. An interrupted copy is nobody's change. */
function undoneIn(
  manifest: Tree,
  { changed, removed }: { changed: string[]; removed: string[] },
  corrected: readonly string[],
): string[] {
  const touched = new Set([...changed, ...removed].filter((path) => (manifest.get(path)?.mode ?? -1) >= 0));
  return corrected.filter((path) => touched.has(path));
}

/** What the manifest does not know (an interrupted copy) stays unknown. */
function corrected(entry: TreeEntry | undefined, found: TreeEntry | undefined): TreeEntry | undefined {
  return entry && found && entry.mode < 0 ? { ...entry, kind: found.kind } : found;
}

interface Changing {
  changed: readonly string[];
  removed: readonly string[];
  /** A file of what is in doubt, which is to be there before. */
  ahead: readonly [name: string, parts: readonly Buffer[]] | undefined;
}

async function change(
  container: BuildContainer,
  copy: SyncSources,
  before: Tree,
  { changed, removed, ahead }: Changing,
): Promise<void> {
  const { modes, others } = modesAlone(before, copy.tree, changed);
  const outdated = copy.fresh ? [] : outdating(before, copy.tree, others);
  // what is in doubt already must stay so, wherever this is cut off
  const isAlone = removed.length > 0 || others.length === 0 || copy.doubts !== '';
  if (ahead && isAlone) await replace(container, ahead);
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
  const others = new Map(unknown.map((path) => [path, doubts.get(path)]));
  const text =
    unknown.length > 0
      ? manifestText(changedTree(copy.tree, others))
      : manifestText(copy.tree, copy.copyDigest);
  await replace(container, [manifestFile(copy), text], doubtFile(copy));
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
