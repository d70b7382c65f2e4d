import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { ArtifactError, systemCode } from '../../errors.js';
import { fileError } from '../../util/files/file-error.js';
import { buildrootTrees } from '../buildroot-trees.js';
import { addContents, entryFrom, entryOf } from '../entry.js';
import { isWorkspace, leftOut } from '../left-out.js';
import { forNode, nameFrom } from '../path-bytes.js';
import type { Remembered } from './columns.js';
import { Found } from './found.js';
import { lookAhead, NUMBERS, type Seen } from './look-ahead.js';

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
 * @param exclude directories that are left out, relative to `root`
 * @throws ArtifactError FILE_ACCESS, SOURCES_CHANGED
 */
export async function listTree(
  root: string,
  known: Remembered,
  signal: AbortSignal,
  exclude: readonly string[] = [],
): Promise<Remembered> {
  try {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const listed = await listOnce(root, known, signal, exclude);
      if (listed === known || (listed && (await addContents(root, listed.tree, signal)))) return listed;
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
  known: Remembered,
  signal: AbortSignal,
  exclude: readonly string[],
): Promise<Remembered | undefined> {
  const seen = await lookAhead(root, known, signal);
  const names = seen.get('')?.names ?? namesIn(root);
  const trees = await buildrootTrees(root);
  const walk: Walk = {
    ...{ root, found: new Found(known), seen, signal, visited: 0, ofWorkspace: isWorkspace(names) },
    exclude: new Set([...exclude, ...trees]),
  };
  try {
    await visit(walk, '', names);
    return walk.found.result();
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
    const kind = found.add(path, (known) =>
      here
        ? entryFrom(here.numbers, here.at + NUMBERS * index, known, () => here.links.get(name))
        : entryOf(`${root}/${path}`, known),
    );
    if (kind !== 'dir') continue;
    const { count } = found;
    const below = seen.get(path)?.names ?? namesIn(`${root}/${path}`);
    await visit(walk, path, below);
    if (below.length > 0 && found.count === count) found.removeLast();
  }
}

function namesIn(directory: string): string[] {
  const path = forNode(directory);
  const names = readdirSync(path);
  const isDoubtful = names.some((name) => name.includes('\uFFFD')); // what Node puts for bytes that are not UTF-8
  return (isDoubtful ? readdirSync(path, { encoding: 'buffer' }).map(nameFrom) : names).sort();
}
