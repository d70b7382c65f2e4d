import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { ArtifactError, systemCode } from '../../errors.js';
import { fileError } from '../../util/files/file-error.js';
import { buildrootTrees } from '../buildroot-trees.js';
import { entryFrom, entryOf } from '../entry.js';
import { isWorkspace, leftOut } from '../left-out.js';
import { forNode, nameFrom } from '../path-bytes.js';
import type { Tree } from '../tree.js';
import { Found } from './found.js';
import { lookAhead, NUMBERS, type Seen } from './look-ahead.js';
import type { Remembered } from './remembered.js';

/** How often a directory is listed in which files come and go meanwhile. */
const MOST_TRIES = 5;
/** Entries to look at before yielding to the event loop. */
const TURN = 500;

interface Walk {
  root: string;
  found: Found;
  /** What was seen ahead, by directory. */
  seen: ReadonlyMap<string, Seen>;
  signal: AbortSignal;
  exclude: ReadonlySet<string>;
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
 * @throws ArtifactError FILE_ACCESS, SOURCES_CHANGED
 */
export async function listTree(
  root: string,
  known: Remembered,
  signal: AbortSignal,
  how: How = {},
): Promise<Remembered> {
  try {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const tree = await listOnce(root, known.tree, signal, how);
      if (tree) return tree === known.tree ? known : { tree };
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

/** How a directory is listed. */
interface How {
  /** Directories that are left out, relative to it. */
  exclude?: readonly string[];
  /** Nothing else is done meanwhile: a thread may look ahead. */
  isAlone?: boolean;
}

/** All entries; `known` itself where nothing differs; undefined when something vanished meanwhile. */
async function listOnce(
  root: string,
  known: Tree,
  signal: AbortSignal,
  { exclude = [], isAlone = false }: How,
): Promise<Tree | undefined> {
  const seen = isAlone ? await lookAhead(root, known, signal) : new Map<string, Seen>();
  const names = seen.get('')?.names ?? namesIn(root);
  const trees = await buildrootTrees(root);
  const walk: Walk = {
    ...{ root, found: new Found(root, known), seen, signal, visited: 0, ofWorkspace: isWorkspace(names) },
    exclude: new Set([...exclude, ...trees]),
  };
  try {
    await visit(walk, '', names);
    return await walk.found.tree(signal);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function visit(walk: Walk, directory: string, names: string[]): Promise<void> {
  const { root, found, seen, exclude, signal, ofWorkspace } = walk;
  signal.throwIfAborted();
  const isOut = leftOut({ names, isTop: directory === '', ofWorkspace });
  const here = seen.get(directory);
  for (const [index, name] of names.entries()) {
    if (++walk.visited % TURN === 0) await setImmediate();
    const path = directory === '' ? name : `${directory}/${name}`;
    if (isOut(name) || exclude.has(path)) continue;
    const entry = here
      ? entryFrom(here.numbers, here.at + NUMBERS * index, () => here.links.get(name))
      : entryOf(`${root}/${path}`);
    if (entry?.kind !== 'dir') {
      if (entry) found.add(path, entry);
      continue;
    }
    const below = seen.get(path)?.names ?? namesIn(`${root}/${path}`);
    found.enter(path, entry);
    await visit(walk, path, below);
    found.leave(path, below.length === 0);
  }
}

function namesIn(directory: string): string[] {
  const path = forNode(directory);
  const names = readdirSync(path);
  const isDoubtful = names.some((name) => name.includes('\uFFFD')); // what Node puts for bytes that are not UTF-8
  return (isDoubtful ? readdirSync(path, { encoding: 'buffer' }).map(nameFrom) : names).sort();
}
