import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Package } from '../../artifact/package.js';
import type { DockerfileBuild } from '../../backend/plans.js';
import { contextFiles } from '../../sources/context/files.js';
import { gitDirectories, isOfGit } from '../../sources/context/git-state.js';
import type { Listing } from '../../sources/digest.js';
import { addContents, entryOf } from '../../sources/entry.js';
import { type ListingCache, listingOf, listRemembered, withListing } from '../../sources/listing/cache.js';
import { Found } from '../../sources/listing/found.js';
import { listTree } from '../../sources/listing/list-tree.js';
import type { Remembered } from '../../sources/listing/remembered.js';
import { comparePaths } from '../../sources/paths.js';
import type { Tree, TreeEntry } from '../../sources/tree.js';
import { treeOf } from '../../sources/tree-builder.js';
import { fileError } from '../../util/files/file-error.js';
import { type Shared, sharedOr } from '../../util/shared.js';
import { imagePlan } from '../plan/image.js';
import { type Source, sourcesOf } from '../plan/sources.js';

/** A directory of the host that a build sees, and what is in it. */
export interface SourceTree {
  /** "package", "platform", "mount /data". */
  name: string;
  root: string;
  /** Directories in it that are not part of it, relative. */
  exclude: string[];
  listing: Listing;
}

/** The name of the package's own tree, and that of its Docker context. */
export const PACKAGE_TREE = 'package';
const CONTEXT_TREE = 'Docker context';

type Place = Pick<SourceTree, 'name' | 'root' | 'exclude'>;

/** Trees of one moment, for who calculates several recipes. */
export type SharedTrees = Shared<Listing>;

interface ListingDeps {
  listings: ListingCache;
  signal: AbortSignal;
}

/**
 * Lists what a build of this package sees of the host: the package and its platform, as they are copied, what it mounts
 * of the workspace read-only, and the context of its Dockerfile.
 * @throws ArtifactError FILE_ACCESS, SOURCES_CHANGED
 */
export async function listSources(
  pkg: Package,
  { shared, ...deps }: ListingDeps & { shared?: SharedTrees },
  known: readonly SourceTree[] = [],
): Promise<SourceTree[]> {
  const trees: SourceTree[] = [];
  const before = (of: string) => known.find(({ name }) => name === of)?.listing;
  for (const place of placesOf(pkg)) {
    const list = () => listPlace(place, before(place.name), deps);
    trees.push({ ...place, listing: await sharedOr(shared, [place.root, place.exclude], list) });
  }
  const { build } = imagePlan(pkg);
  if (build && existsSync(build.dockerfile)) {
    const place = { name: CONTEXT_TREE, root: build.context, exclude: [] };
    const list = () => listContext(build, before(CONTEXT_TREE), deps);
    trees.push({ ...place, listing: await sharedOr(shared, contextKey(build), list) });
  }
  return trees;
}

async function listPlace(
  { root, exclude }: Place,
  before: Listing | undefined,
  { listings, signal }: ListingDeps,
): Promise<Listing> {
  if (statSync(root, { throwIfNoEntry: false })?.isFile())
    return listingOf({ tree: await listFile(root, signal) });
  if (before) return listingOf(await listTree(root, before, signal, { exclude })); // while the container is busy
  return await listRemembered(root, listings, signal, exclude);
}

/** What decides which files of a context are listed, but for the files themselves. */
function contextKey({ context, dockerfile, contextGiven }: DockerfileBuild): unknown {
  return [CONTEXT_TREE, context, dockerfile, contextGiven];
}

/** What of a Docker context an image may get; not its .git, whose state is another one after each commit. */
async function listContext(
  build: DockerfileBuild,
  before: Listing | undefined,
  { listings, signal }: ListingDeps,
): Promise<Listing> {
  if (before) return listingOf(await readContext(build, before, signal));
  return await withListing(contextKey(build), listings, (known) => readContext(build, known, signal));
}

/** @returns `known` itself where nothing differs from it */
async function readContext(
  build: DockerfileBuild,
  known: Remembered,
  signal: AbortSignal,
): Promise<Remembered> {
  const { context } = build;
  try {
    const files = await contextFiles(build);
    const git = gitDirectories(files);
    const found = new Found(context, known.tree);
    for (const file of files.sort(comparePaths)) {
      const entry = isOfGit(file, git) ? undefined : entryOf(join(context, file));
      if (entry) found.add(file, entry);
    }
    const tree = await found.tree(signal);
    if (tree) return tree === known.tree ? known : { tree };
    throw Object.assign(new Error(`ENOENT: a file vanished while ${context} was read`), { code: 'ENOENT' });
  } catch (error) {
    throw fileError(error, `read the Docker context ${context}`);
  }
}

/** A mount may be of one file. */
async function listFile(path: string, signal: AbortSignal): Promise<Tree> {
  const entry = entryOf(path);
  const entries: [string, TreeEntry][] = entry ? [[basename(path), entry]] : [];
  await addContents(dirname(path), entries, signal);
  return treeOf(entries);
}

function placesOf(pkg: Package): Place[] {
  return [...sourcesOf(pkg).map((source) => placeOf(source, pkg)), ...mountedPlaces(pkg)];
}

/** The tree that a source is a copy of. */
export function treeName({ from, name }: Source, pkg: Package): string {
  return from === pkg.root && name === pkg.package ? PACKAGE_TREE : name;
}

function placeOf(source: Source, pkg: Package): Place {
  const { from, exclude } = source;
  return { name: treeName(source, pkg), root: from, exclude: exclude === undefined ? [] : [exclude] };
}

/** Read-only bind mounts of the workspace: what is mounted from elsewhere, or written to, is the user's own affair. */
function mountedPlaces({ root, workspaceRoot, options }: Package): Place[] {
  const workspace = realpathSync(workspaceRoot);
  return options.build_runner_config.mounts.flatMap(({ type, source, target, readonly }) => {
    if (type !== 'bind' || !readonly) return [];
    const path = statSync(resolve(root, source ?? '.'), { throwIfNoEntry: false })
      ? realpathSync(resolve(root, source ?? '.'))
      : undefined; // the engine says what it makes of that
    if (path === undefined || !`${path}${sep}`.startsWith(`${workspace}${sep}`)) return [];
    return [{ name: `mount ${target}`, root: path, exclude: [] }];
  });
}
