import { availableParallelism } from 'node:os';
import { inThread } from '../util/thread.js';
import type { Tree } from './tree.js';

/** What lies in a directory: for each name {@link NUMBERS} from `at` on, and the targets of its links. */
export interface Seen {
  names: string[];
  numbers: Float64Array;
  at: number;
  links: ReadonlyMap<string, string>;
}

/** Of an entry: mode, size, mtime, ctime, inode. */
export const NUMBERS = 5;
/** From so many entries on, threads that look at the directories are worth their start, which takes about 40 ms. */
const MANY = 10_000;
const MOST_THREADS = 2;

/** What a thread finds: of each directory how many names, -1 for one that the caller is to look at. */
interface Found {
  counts: Int32Array;
  /** Each ended by a NUL byte. */
  names: string;
  numbers: Float64Array;
  /** By directory, in its order: name and target of each link. */
  links: [directory: number, name: string, target: string][];
}

/**
 * Looks at the directories of a tree as it was, in threads: reading them and their entries' inodes is nearly all that a listing
 * takes. Nothing where there are few. What is new, or odd, is left to who walks the tree.
 */
export async function lookAhead(
  root: string,
  known: Tree,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  const threads = Math.min(MOST_THREADS, availableParallelism());
  const paths = threads < 2 ? [] : Object.keys(known);
  if (paths.length < MANY) return seen;
  const directories = ['', ...paths.filter((path) => known[path]?.kind === 'dir')];
  const size = Math.ceil(directories.length / threads);
  const shares = Array.from({ length: threads }, (_, index) =>
    directories.slice(index * size, (index + 1) * size),
  );
  await Promise.all(
    shares.map(async (share) =>
      addSeen(
        seen,
        share,
        await inThread(lookAt, { root, directories: share }, signal, ({ numbers }) => [numbers.buffer]),
      ),
    ),
  );
  return seen;
}

function addSeen(
  seen: Map<string, Seen>,
  directories: string[],
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
 * Of each entry: mode, size, mtime, ctime, inode. Self-contained: it runs in a thread. A directory in which something vanishes,
 * or that has a name or a link's target that is not UTF-8, is left out.
 */
function lookAt({ root, directories }: { root: string; directories: readonly string[] }): Found {
  const { lstatSync, readdirSync, readlinkSync } = process.getBuiltinModule('node:fs');
  const counts = new Int32Array(directories.length);
  let numbers = new Float64Array(1 << 16);
  let names = '';
  const links: Found['links'] = [];
  let used = 0;
  for (const [index, directory] of directories.entries()) {
    const [start, firstLink] = [used, links.length];
    try {
      const path = directory === '' ? root : `${root}/${directory}`;
      const found = readdirSync(path).sort();
      if (used + 5 * found.length > numbers.length) {
        const larger = new Float64Array(2 * (used + 5 * found.length));
        larger.set(numbers);
        numbers = larger;
      }
      for (const name of found) {
        const stat = lstatSync(`${path}/${name}`);
        numbers[used++] = stat.mode;
        numbers[used++] = stat.size;
        numbers[used++] = stat.mtimeMs;
        numbers[used++] = stat.ctimeMs;
        numbers[used++] = stat.ino;
        if (stat.isSymbolicLink()) links.push([index, name, readlinkSync(`${path}/${name}`)]);
      }
      const all = `${found.join('\0')}\0`;
      if (/\uFFFD/.test(all) || links.slice(firstLink).some(([, , target]) => target.includes('\uFFFD')))
        throw new Error('not UTF-8');
      if (found.length > 0) names += all;
      counts[index] = found.length;
    } catch {
      counts[index] = -1; // who walks the tree sees why
      used = start;
      links.length = firstLink;
    }
  }
  return { counts, names, numbers, links };
}
