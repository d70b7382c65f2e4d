import { comparePaths } from './paths.js';

/** What is known about one entry of a tree: kind, mode, and for a file its size, time and content hash. */
export interface TreeEntry {
  kind: 'file' | 'dir' | 'link';
  /** Below zero where nobody knows it: no file has that. */
  mode: number;
  size?: number;
  mtime?: number;
  /** With the inode it tells of other content of the same size and time, as git goes by them. */
  ctime?: number;
  inode?: number;
  /** SHA-256 of a file's content, or the target of a link. */
  content?: string;
}

/** Entries by path, some of a tree or all: a tree, or a map. */
export type Entries = Pick<ReadonlyMap<string, TreeEntry>, 'get' | 'has'>;

/** Numbers of an entry: kind and mode, size, mtime, ctime, inode; NaN for what is not known. */
export const EACH = 5;
/** Bytes of an entry's hash; zeros where none is known, and of what is no file. */
export const HASH = 32;

const KINDS = ['file', 'dir', 'link'] as const;
/** More than any mode, and one that is not known. */
const MODES = 0o20000;

/** What a tree is made of. Its paths are in the order of {@link comparePaths}, each of them once. */
export interface Columns {
  paths: readonly string[];
  /** {@link EACH} for each path. */
  numbers: Float64Array;
  /** {@link HASH} for each path. */
  hashes: Buffer;
  /** The targets of links, by the places of their paths. */
  targets: ReadonlyMap<number, string>;
}

/**
 * The entries of a directory by their paths, relative to it, parents before children. In columns, as an object for each of a
 * hundred thousand takes ten times the memory; one is only made of an entry that is asked for.
 */
export class Tree {
  /** Where the next path is expected: most are asked for in their order. */
  private next = 0;

  constructor(readonly columns: Columns) {}

  get size(): number {
    return this.columns.paths.length;
  }

  get paths(): readonly string[] {
    return this.columns.paths;
  }

  get(path: string): TreeEntry | undefined {
    const index = this.indexOf(path);
    return index < 0 ? undefined : this.at(index);
  }

  has(path: string): boolean {
    return this.indexOf(path) >= 0;
  }

  /** The place of a path; -1 where it is not there. */
  indexOf(path: string): number {
    const { paths } = this.columns;
    const index = paths[this.next] === path ? this.next : this.search(path);
    const isThere = paths[index] === path;
    this.next = isThere ? index + 1 : index;
    return isThere ? index : -1;
  }

  at(index: number): TreeEntry {
    const kind = this.kindAt(index);
    const mode = this.modeAt(index);
    if (kind === 'dir') return { kind, mode };
    const content = this.contentAt(index);
    if (kind === 'link') return { kind, mode, content };
    const number = (of: number) => {
      const value = this.columns.numbers[EACH * index + of] as number;
      return Number.isNaN(value) ? undefined : value;
    };
    return { kind, mode, size: number(1), mtime: number(2), ctime: number(3), inode: number(4), content };
  }

  kindAt(index: number): TreeEntry['kind'] {
    return KINDS[Math.floor(this.codeAt(index) / MODES)] as TreeEntry['kind'];
  }

  modeAt(index: number): number {
    return (this.codeAt(index) % MODES) - 1;
  }

  /** Of a file, in bytes; 0 where it is not known. */
  sizeAt(index: number): number {
    return this.columns.numbers[EACH * index + 1] || 0;
  }

  /** Of a file, the later one of its times; 0 where none is known. */
  lastChangeAt(index: number): number {
    const { numbers } = this.columns;
    return Math.max(numbers[EACH * index + 2] || 0, numbers[EACH * index + 3] || 0);
  }

  /** The SHA-256 of a file's content in hex digits, where it is known; the target of a link. */
  contentAt(index: number): string | undefined {
    const { hashes, targets } = this.columns;
    return isZero(hashes, index) ? targets.get(index) : hexAt(hashes, index);
  }

  *[Symbol.iterator](): Generator<[path: string, entry: TreeEntry]> {
    for (const [index, path] of this.paths.entries()) yield [path, this.at(index)];
  }

  /** Whether the entry at this place is of the same kind, mode and content as one of another tree; times do not count. */
  isSame(index: number, other: Tree, at: number): boolean {
    if (this.codeAt(index) !== other.codeAt(at)) return false;
    const [one, two] = [this.columns, other.columns];
    if (this.kindAt(index) === 'link') return one.targets.get(index) === two.targets.get(at);
    const [from, start] = [HASH * index, HASH * at];
    return one.hashes.compare(two.hashes, start, start + HASH, from, from + HASH) === 0;
  }

  /** Whether the entry at this place is this one; of a file its inode, as long as its content is known. */
  isLike(index: number, { kind, mode, ...entry }: TreeEntry): boolean {
    if (this.codeAt(index) !== codeOf(kind, mode)) return false;
    if (kind === 'link') return this.columns.targets.get(index) === entry.content;
    return kind === 'dir' || this.isUnwritten(index, entry);
  }

  /** Whether the file at this place has these times, size and inode, and its content is known. */
  isUnwritten(index: number, { size, mtime, ctime, inode }: Omit<TreeEntry, 'kind' | 'mode'>): boolean {
    const { numbers, hashes } = this.columns;
    const at = EACH * index;
    return (
      numbers[at + 1] === size &&
      numbers[at + 2] === mtime &&
      numbers[at + 3] === ctime &&
      numbers[at + 4] === inode &&
      !isZero(hashes, index)
    );
  }

  private codeAt(index: number): number {
    return this.columns.numbers[EACH * index] as number;
  }

  /** The place of the first path that is not before this one. */
  private search(path: string): number {
    const { paths } = this.columns;
    let [low, high] = [0, paths.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePaths(paths[middle] as string, path) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Kind and mode as one number. */
export function codeOf(kind: TreeEntry['kind'], mode: number): number {
  return KINDS.indexOf(kind) * MODES + mode + 1;
}

/** One of some hashes in hex digits; undefined where it is not known. */
export function hexAt(hashes: Buffer, index: number): string | undefined {
  return isZero(hashes, index) ? undefined : hashes.toString('hex', HASH * index, HASH * (index + 1));
}

function isZero(hashes: Buffer, index: number): boolean {
  for (let at = HASH * index; at < HASH * (index + 1); at++) if (hashes[at] !== 0) return false;
  return true;
}
