import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { ArtifactError, systemCode } from '../errors.js';
import { fileError } from '../util/files/file-error.js';
import { buildrootTrees } from './buildroot-trees.js';
import { addContents, entryFrom, entryOf } from './entry.js';
import { isWorkspace, leftOut } from './left-out.js';
import { lookAhead, NUMBERS, type Seen } from './look-ahead.js';
import { forNode, nameFrom } from './path-bytes.js';
import type { Tree, TreeEntry } from './tree.js';

/** How often a directory is listed in which files come and go meanwhile. */
const MOST_TRIES = 5;
/** Entries to look at before yielding to the event loop. */
const TURN = 500;

interface Walk {
  root: string;
  known: Tree;
  /** What was seen ahead, by directory. */
  seen: ReadonlyMap<string, Seen>;
  signal: AbortSignal;
  exclude: ReadonlySet<string>;
  /** What was found, in its order. */
  paths: string[];
  entries: TreeEntry[];
  /** Entries visited. */
  visited: number;
  ofWorkspace: boolean;
}

/**
 * Lists a directory. The content hash of a file is taken over from `known` when its size, times and inode have not
 * changed, so that only what may have changed is read. Sockets, FIFOs and devices are left out, and what no build sees;
 * so is a directory in which there is nothing else. It is listed again when something vanishes meanwhile. Names that
 * are not UTF-8 are written as {@link nameFrom} does.
 * @returns `known` itself where nothing differs from it
 * @param exclude directories that are left out, relative to `root`
 * @throws ArtifactError FILE_ACCESS, SOURCES_CHANGED
 */
export async function listTree(
  root: string,
  known: Tree,
  signal: AbortSignal,
  exclude: readonly string[] = [],
): Promise<Tree> {
  try {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const tree = await listOnce(root, known, signal, exclude);
      if (tree === known || (tree && (await addContents(root, tree, signal)))) return tree;
    }
  } catch (error) {
    throw fileError(error, `read ${root}`);
  }
  throw new ArtifactError('SOURCES_CHANGED', {
    tried: `list ${root}`,
    cause: `files vanished while they were listed, ${MOST_TRIES} times in a row`,
    hint: 'Run it again when nothing is writing there any more.',
  });
}

/** All entries, with the contents of files as far as they are known; `known` itself where nothing differs; undefined when something vanished meanwhile. */
async function listOnce(
  root: string,
  known: Tree,
  signal: AbortSignal,
  exclude: readonly string[],
): Promise<Tree | undefined> {
  const seen = await lookAhead(root, known, signal);
  const names = seen.get('')?.names ?? namesIn(root);
  const trees = await buildrootTrees(root);
  const walk: Walk = {
    ...{ root, known, seen, signal, paths: [], entries: [], visited: 0, ofWorkspace: isWorkspace(names) },
    exclude: new Set([...exclude, ...trees]),
  };
  try {
    await visit(walk, '', names);
    return treeOf(walk);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function visit(walk: Walk, directory: string, names: string[]): Promise<void> {
  const { root, known, seen, paths, entries, exclude, signal, ofWorkspace } = walk;
  signal.throwIfAborted();
  const isOut = leftOut({ names, isTop: directory === '', ofWorkspace });
  const here = seen.get(directory);
  for (const [index, name] of names.entries()) {
    if (++walk.visited % TURN === 0) await setImmediate();
    const path = directory === '' ? name : `${directory}/${name}`;
    if (isOut(name) || exclude.has(path)) continue;
    const entry = here
      ? entryFrom(here.numbers, here.at + NUMBERS * index, known[path], () => here.links.get(name))
      : entryOf(`${root}/${path}`, known[path]);
    if (!entry) continue;
    const count = paths.push(path);
    entries.push(entry);
    if (entry.kind !== 'dir') continue;
    const below = seen.get(path)?.names ?? namesIn(`${root}/${path}`);
    await visit(walk, path, below);
    if (below.length > 0 && paths.length === count) {
      paths.pop();
      entries.pop();
    }
  }
}

function treeOf({ known, paths, entries }: Walk): Tree {
  const isSame = paths.length === Object.keys(known).length;
  if (isSame && paths.every((path, index) => known[path] === entries[index])) return known;
  const tree: Tree = Object.create(null);
  for (const [index, path] of paths.entries()) tree[path] = entries[index] as TreeEntry;
  return tree;
}

function namesIn(directory: string): string[] {
  const path = forNode(directory);
  const names = readdirSync(path);
  const isDoubtful = names.some((name) => name.includes('\uFFFD')); // what Node puts for bytes that are not UTF-8
  return (isDoubtful ? readdirSync(path, { encoding: 'buffer' }).map(nameFrom) : names).sort();
}
