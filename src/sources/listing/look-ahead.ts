import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { inThread } from '../../util/thread.js';
import { Columns, type Remembered } from './columns.js';

/** What lies in a directory: for each name {@link NUMBERS} from `at` on, and the targets of its links. */
export interface Seen {
  names: string[];
  numbers: Float64Array;
  at: number;
  links: ReadonlyMap<string, string>;
}

/** Of an entry: mode, size, mtime, ctime, inode. */
export const NUMBERS = 5;
/** From so many entries on, a thread that looks at directories, too, is worth its start, which takes about 40 ms. */
const MANY = 15_000;
/** Directories that are looked at before the next ones are taken. */
const SHARE = 16;

/** Directories to look at, of which each thread takes some after the other. */
interface Work {
  root: string;
  directories: readonly string[];
  /** Directories in a share. */
  size: number;
  /** How many shares are taken; and 1 where the other thread takes any. */
  taken: Int32Array;
}

/** Who takes shares, and how many at most. */
interface Taker {
  isOther: boolean;
  most: number;
}

/** What a thread finds: which shares, and of each of their directories how many names, -1 for one that the caller is to look at. */
interface Found {
  shares: number[];
  counts: number[];
  /** Each ended by a NUL byte. */
  names: string;
  numbers: Float64Array;
  /** By place in `counts`, in its order: name and target of each link. */
  links: [directory: number, name: string, target: string][];
}

/**
 * Looks at the directories of a large tree as it was, in two threads: reading them and their entries' inodes is nearly all that
 * a listing takes. What is new, or odd, is left to who walks the tree.
 */
export async function lookAhead(
  root: string,
  known: Remembered,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  if (!(known instanceof Columns) || known.count < MANY || availableParallelism() < 2) return seen;
  const directories = ['', ...known.directories];
  const taken = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const work: Work = { root, directories, size: SHARE, taken };
  const stop = new AbortController();
  const ends = AbortSignal.any([signal, stop.signal]);
  const other = inThread(
    lookAt,
    { ...work, isOther: true, most: Number.POSITIVE_INFINITY },
    ends,
    ({ numbers }) => [numbers.buffer],
  );
  other.catch(() => {}); // it is thrown where it is awaited
  const own = async () => {
    for (let isOver = false; !isOver; await setImmediate()) {
      signal.throwIfAborted();
      const found = lookAt({ ...work, isOther: false, most: 1 });
      addSeen(seen, work, found);
      isOver = found.shares.length === 0;
    }
  };
  try {
    await own();
    if (Atomics.load(taken, 1) > 0) addSeen(seen, work, await other);
    return seen;
  } finally {
    stop.abort();
  }
}

function addSeen(
  seen: Map<string, Seen>,
  { directories, size }: Work,
  { shares, counts, names, numbers, links }: Found,
): void {
  const all = names.split('\0');
  const looked = shares.flatMap((share) => directories.slice(share * size, (share + 1) * size));
  let [at, link] = [0, 0];
  for (const [index, directory] of looked.entries()) {
    const count = counts[index] ?? -1;
    if (count < 0) continue;
    const targets = new Map<string, string>();
    for (; links[link]?.[0] === index; link++) targets.set(links[link]?.[1] ?? '', links[link]?.[2] ?? '');
    seen.set(directory, { names: all.slice(at, at + count), numbers, at: NUMBERS * at, links: targets });
    at += count;
  }
}

/**
 * Takes shares of directories, and looks at each of their entries. Self-contained: it runs in a thread, too. A directory in which
 * something vanishes, or that has a name or a link's target that is not UTF-8, is left out.
 * @param most how many shares
 */
function lookAt({ root, directories, size, taken, most, isOther }: Work & Taker): Found {
  const { lstatSync, readdirSync, readlinkSync } = process.getBuiltinModule('node:fs');
  const numbers: number[] = [];
  const found: Omit<Found, 'numbers'> = { shares: [], counts: [], names: '', links: [] };
  const look = (directory: string, index: number): number => {
    const before = [numbers.length, found.links.length] as const;
    try {
      const path = directory === '' ? root : `${root}/${directory}`;
      const names = readdirSync(path).sort();
      for (const name of names) {
        const stat = lstatSync(`${path}/${name}`);
        numbers.push(stat.mode, stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino);
        if (stat.isSymbolicLink()) found.links.push([index, name, readlinkSync(`${path}/${name}`)]);
      }
      const targets = found.links.slice(before[1]).map(([, , target]) => target);
      if ([...names, ...targets].join('').includes('\uFFFD')) throw new Error('not UTF-8');
      if (names.length > 0) found.names += `${names.join('\0')}\0`;
      return names.length;
    } catch {
      [numbers.length, found.links.length] = before; // who walks the tree sees why
      return -1;
    }
  };
  if (isOther) Atomics.store(taken, 1, 1);
  while (found.shares.length < most) {
    const share = Atomics.add(taken, 0, 1);
    if (share * size >= directories.length) break;
    found.shares.push(share);
    for (const directory of directories.slice(share * size, (share + 1) * size))
      found.counts.push(look(directory, found.counts.length));
  }
  return { ...found, numbers: Float64Array.from(numbers) };
}
