import { isUtf8 } from 'node:buffer';
import { DIGEST_FORMAT, type Listing } from '../digest.js';
import { bytesOf, isEscaped, nameFrom, pathFrom } from '../path-bytes.js';
import type { Tree, TreeEntry } from '../tree.js';

/** What is remembered of a listing: without the digests where some entries are left out. */
export type Remembered = Pick<Listing, 'tree'> & Partial<Listing>;

/** Of these bytes, counted up with each change, and of the digests. */
const VERSION = 2 * 1_000 + DIGEST_FORMAT;
const KINDS = ['file', 'dir', 'link'] as const;
/** Numbers in front: version, entries, files, bytes of names. */
const FRONT = 4;
/** Numbers of an entry: kind and mode, size, mtime, ctime, inode. */
const EACH = 5;
const MODES = 0o10000;
/** Bytes and hex digits of a SHA-256. */
const HASH = 32;
const DIGITS = 2 * HASH;
const NONE = '0'.repeat(DIGITS);
const { BYTES_PER_ELEMENT } = Float64Array;

/**
 * A listing in bytes: columns, as they are read many times as fast as JSON. First the numbers; then the hashes: the two digests
 * and those of the files; then the names: paths and link targets, each ended by a NUL byte.
 */
export function bytesOfListing({ tree, digest = NONE, copyDigest = NONE }: Remembered): Buffer {
  const entries = Object.values(tree);
  const links = entries.filter(({ kind }) => kind === 'link');
  const files = entries.filter(({ kind }) => kind === 'file');
  const names = bytesOfNames([...Object.keys(tree), ...links.map(({ content = '' }) => content)]);
  const numbers = new Float64Array(FRONT + EACH * entries.length);
  numbers.set([VERSION, entries.length, files.length, names.length]);
  for (const [index, { kind, mode, size = 0, mtime = 0, ctime = 0, inode = 0 }] of entries.entries())
    numbers.set([codeOf(kind, mode), size, mtime, ctime, inode], FRONT + EACH * index);
  const hashes = [digest, copyDigest, ...files.map(({ content = NONE }) => content)].join('');
  return Buffer.concat([Buffer.from(numbers.buffer), Buffer.from(hashes, 'hex'), names]);
}

function codeOf(kind: TreeEntry['kind'], mode: number): number {
  return KINDS.indexOf(kind) * MODES + mode;
}

/** The listing of these bytes; undefined where they are not a complete one of this version. */
export function listingFrom(bytes: Buffer): Columns | undefined {
  const [version, count = 0, files = 0, size = 0] = numbersIn(bytes, 0, FRONT);
  const hashesAt = (FRONT + EACH * count) * BYTES_PER_ELEMENT;
  const namesAt = hashesAt + HASH * (2 + files);
  if (version !== VERSION || bytes.length !== namesAt + size) return undefined;
  return new Columns({
    numbers: numbersIn(bytes, FRONT, EACH * count),
    hashes: bytes.subarray(hashesAt, namesAt),
    names: namesFrom(bytes.subarray(namesAt), count),
  });
}

/** A remembered listing, of which nothing but the columns is made before it is asked for: mostly nothing has changed. */
export class Columns implements Remembered {
  readonly count: number;
  private readonly numbers: Float64Array;
  private readonly hashes: Buffer;
  private readonly names: string[];
  private made?: Tree;

  constructor({ numbers, hashes, names }: { numbers: Float64Array; hashes: Buffer; names: string[] }) {
    this.count = numbers.length / EACH;
    this.numbers = numbers;
    this.hashes = hashes;
    this.names = names;
  }

  get digest(): string | undefined {
    return this.digestAt(0);
  }

  get copyDigest(): string | undefined {
    return this.digestAt(1);
  }

  get tree(): Tree {
    this.made ??= this.makeTree();
    return this.made;
  }

  /** The first paths, in their order; of the tree's own keys numbers are in front. */
  first(count: number): string[] {
    return this.names.slice(0, count);
  }

  /** The paths of directories, parents first. */
  get directories(): string[] {
    const isDirectory = (_: string, index: number) =>
      index < this.count && kindAt(this.numbers, index) === 'dir';
    return this.names.filter(isDirectory);
  }

  /**
   * Whether the entry at this place is this one, of a file but for its content.
   * @param link how many links there are in front of it
   */
  has(index: number, link: number, path: string, { kind, mode, ...entry }: TreeEntry): boolean {
    const at = EACH * index;
    if (this.names[index] !== path || this.numbers[at] !== codeOf(kind, mode)) return false;
    if (kind === 'dir') return true;
    if (kind === 'link') return this.names[this.count + link] === entry.content;
    const { numbers } = this;
    return (
      numbers[at + 1] === entry.size &&
      numbers[at + 2] === entry.mtime &&
      numbers[at + 3] === entry.ctime &&
      numbers[at + 4] === entry.inode
    );
  }

  private digestAt(index: number): string | undefined {
    const digest = this.hashAt(index);
    return digest === NONE ? undefined : digest;
  }

  private hashAt(index: number): string {
    return this.hashes.toString('hex', index * HASH, (index + 1) * HASH);
  }

  private makeTree(): Tree {
    const { count, numbers, names } = this;
    const hashes = this.hashes.toString('hex');
    const tree: Tree = Object.create(null);
    let [file, link] = [2, count];
    for (let index = 0; index < count; index++) {
      const at = EACH * index;
      const kind = kindAt(numbers, index);
      const mode = (numbers[at] as number) % MODES;
      const name = names[index] as string;
      if (kind === 'dir') tree[name] = { kind, mode };
      else if (kind === 'link') tree[name] = { kind, mode, content: names[link++] };
      else {
        const [size, mtime, ctime, inode] = numbers.subarray(at + 1, at + EACH);
        const content = hashes.slice(file * DIGITS, ++file * DIGITS);
        tree[name] = { kind, mode, size, mtime, ctime, inode, content };
      }
    }
    return tree;
  }
}

function kindAt(numbers: Float64Array, index: number): TreeEntry['kind'] {
  return KINDS[Math.floor((numbers[EACH * index] as number) / MODES)] as TreeEntry['kind'];
}

/** Copied, as they must lie at a multiple of their size. Of what is not there, there are none. */
function numbersIn(bytes: Buffer, from: number, count: number): Float64Array {
  const copy = new Uint8Array(bytes.subarray(from * BYTES_PER_ELEMENT, (from + count) * BYTES_PER_ELEMENT));
  return new Float64Array(copy.buffer, 0, Math.floor(copy.length / BYTES_PER_ELEMENT));
}

function bytesOfNames(names: string[]): Buffer {
  const ended = names.map((name) => `${name}\0`);
  const text = ended.join('');
  return isEscaped(text) ? Buffer.concat(ended.map(bytesOf)) : Buffer.from(text);
}

/** @param paths how many of them are paths; the others are link targets, each of which is one name, see entry.ts */
function namesFrom(bytes: Buffer, paths: number): string[] {
  if (isUtf8(bytes)) return bytes.toString().split('\0');
  const names = bytes.toString('latin1').split('\0');
  const target = (latin1: string) => nameFrom(Buffer.from(latin1, 'latin1'));
  return names.map((name, index) => (index < paths ? pathFrom(name) : target(name)));
}
