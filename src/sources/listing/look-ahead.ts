import { availableParallelism } from 'node:os';
import { shareWork } from '../../util/shared-work.js';
import type { Tree } from '../tree.js';

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
/** Directories that are looked at at once. */
const SHARE = 16;

/** What is found in some directories: of each how many names, -1 for one that the caller is to look at. */
interface Found {
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
  known: Tree,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  if (known.size < MANY || availableParallelism() < 2) return seen;
  const directories = ['', ...known.paths.filter((_, index) => known.kindAt(index) === 'dir')];
  const input = { root, directories, size: SHARE };
  const work = { run: lookAt, input, shares: Math.ceil(directories.length / SHARE) };
  const buffersOf = ({ numbers }: Found) => [numbers.buffer];
  const found = await shareWork({ ...work, isHelping: true, others: 1, buffersOf }, signal);
  for (const [share, one] of found.entries())
    addSeen(seen, directories.slice(share * SHARE, (share + 1) * SHARE), one);
  return seen;
}

function addSeen(
  seen: Map<string, Seen>,
  directories: readonly string[],
  { counts, names, numbers, links }: Found,
): void {
  const all = names.split('\0');
  let [at, link] = [0, 0];
  for (const [index, directory] of directories.entries()) {
    const count = counts[index] ?? -1;
    if (count < 0) continue;
    const targets = new Map<string, string>();
    for (; links[link]?.[0] === index; link++) targets.set(links[link]?.[1] ?? '', links[link]?.[2] ?? '');
    seen.set(directory, { names: all.slice(at, at + count), numbers, at: NUMBERS * at, links: targets });
    at += count;
  }
}

/**
 * Looks at each entry of some directories. Self-contained: it runs in a thread, too. A directory in which
 * something vanishes, or that has a name or a link's target that is not UTF-8, is left out.
 */
function lookAt(
  { root, directories, size }: { root: string; directories: readonly string[]; size: number },
  share: number,
): Found {
  const { lstatSync, readdirSync, readlinkSync } = process.getBuiltinModule('node:fs');
  const numbers: number[] = [];
  const links: Found['links'] = [];
  let all = '';
  const look = (directory: string, index: number): number => {
    const before = [numbers.length, links.length] as const;
    try {
      const path = directory === '' ? root : `${root}/${directory}`;
      const names = readdirSync(path).sort();
      for (const name of names) {
        const stat = lstatSync(`${path}/${name}`);
        numbers.push(stat.mode, stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino);
        if (stat.isSymbolicLink()) links.push([index, name, readlinkSync(`${path}/${name}`)]);
      }
      const targets = links.slice(before[1]).map(([, , target]) => target);
      if ([...names, ...targets].join('').includes('\uFFFD')) throw new Error('not UTF-8');
      if (names.length > 0) all += `${names.join('\0')}\0`;
      return names.length;
    } catch {
      [numbers.length, links.length] = before; // who walks the tree sees why
      return -1;
    }
  };
  const counts = directories.slice(share * size, (share + 1) * size).map(look);
  return { counts, names: all, numbers: Float64Array.from(numbers), links };
}
