import { isUtf8 } from 'node:buffer';
import { DIGEST_FORMAT, type Listing } from './digest.js';
import { bytesOf, isEscaped, nameFrom, pathFrom } from './path-bytes.js';
import type { Tree, TreeEntry } from './tree.js';

/** What is remembered of a listing: without the digests where some entries are left out. */
export type Remembered = Pick<Listing, 'tree'> & Partial<Listing>;

/** Of this file, counted up with each change, and of the digests. */
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
    numbers.set([KINDS.indexOf(kind) * MODES + mode, size, mtime, ctime, inode], FRONT + EACH * index);
  const hashes = [digest, copyDigest, ...files.map(({ content = NONE }) => content)].join('');
  return Buffer.concat([Buffer.from(numbers.buffer), Buffer.from(hashes, 'hex'), names]);
}

/** Undefined for bytes that are not a complete listing of this version. */
export function listingFrom(bytes: Buffer): Remembered | undefined {
  const [version, count = 0, files = 0, size = 0] = numbersIn(bytes, 0, FRONT);
  const hashesAt = (FRONT + EACH * count) * BYTES_PER_ELEMENT;
  const namesAt = hashesAt + HASH * (2 + files);
  if (version !== VERSION || bytes.length !== namesAt + size) return undefined;
  const numbers = numbersIn(bytes, FRONT, EACH * count);
  const hashes = bytes.toString('hex', hashesAt, namesAt);
  const names = namesFrom(bytes.subarray(namesAt), count);
  const hash = (index: number) => hashes.slice(index * DIGITS, (index + 1) * DIGITS);
  const tree: Tree = Object.create(null);
  let [file, link] = [2, count];
  for (let index = 0; index < count; index++) {
    const at = EACH * index;
    const code = numbers[at] as number;
    const [kind, mode] = [KINDS[Math.floor(code / MODES)] as TreeEntry['kind'], code % MODES];
    const name = names[index] as string;
    if (kind === 'dir') tree[name] = { kind, mode };
    else if (kind === 'link') tree[name] = { kind, mode, content: names[link++] };
    else {
      const [mtime, ctime, inode] = [numbers[at + 2], numbers[at + 3], numbers[at + 4]];
      tree[name] = { kind, mode, size: numbers[at + 1], mtime, ctime, inode, content: hash(file++) };
    }
  }
  return hash(0) === NONE ? { tree } : { tree, digest: hash(0), copyDigest: hash(1) };
}

/** Copied, as they must lie at a multiple of their size. Of what is not there, there are none. */
function numbersIn(bytes: Buffer, from: number, count: number): Float64Array {
  const copy = Uint8Array.from(bytes.subarray(from * BYTES_PER_ELEMENT, (from + count) * BYTES_PER_ELEMENT));
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
