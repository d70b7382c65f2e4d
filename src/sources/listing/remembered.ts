import { isUtf8 } from 'node:buffer';
import { DIGEST_FORMAT, type Listing } from '../digest.js';
import { bytesOf, isEscaped, nameFrom, pathFrom } from '../path-bytes.js';
import { EACH, HASH, Tree } from '../tree.js';

/** What is remembered of a listing: without the digests where some entries are left out. */
export type Remembered = Pick<Listing, 'tree'> & Partial<Listing>;

/** Of these bytes, counted up with each change, and of the digests. */
const VERSION = 3 * 1_000 + DIGEST_FORMAT;
/** Numbers in front: version, entries, bytes of names. */
const FRONT = 3;
const NONE = '0'.repeat(2 * HASH);
const { BYTES_PER_ELEMENT } = Float64Array;

/**
 * A listing in bytes, which are read many times as fast as JSON: numbers; hashes, the two digests before those of the entries;
 * then the names: paths and link targets, each ended by a NUL byte.
 */
export function bytesOfListing({ tree, digest = NONE, copyDigest = NONE }: Remembered): Buffer {
  const { paths, numbers, hashes, targets } = tree.columns;
  const names = bytesOfNames([paths, [...targets.values()]]);
  const front = new Float64Array([VERSION, paths.length, names.length]);
  const digests = Buffer.from(digest + copyDigest, 'hex');
  return Buffer.concat([bytesOfNumbers(front), bytesOfNumbers(numbers), digests, hashes, names]);
}

/** The listing of these bytes; undefined where they are not a complete one of this version. */
export function listingFrom(bytes: Buffer): Remembered | undefined {
  const [version, count = 0, size = 0] = numbersIn(bytes, 0, FRONT);
  const digestsAt = (FRONT + EACH * count) * BYTES_PER_ELEMENT;
  const namesAt = digestsAt + HASH * (2 + count);
  if (version !== VERSION || bytes.length !== namesAt + size) return undefined;
  const numbers = numbersIn(bytes, FRONT, EACH * count);
  const hashes = bytes.subarray(digestsAt + 2 * HASH, namesAt);
  const paths = namesFrom(bytes.subarray(namesAt), count);
  const links = paths.splice(count);
  const targets = new Map<number, string>();
  const tree = new Tree({ paths, numbers, hashes, targets });
  for (let index = 0; index < count; index++)
    if (tree.kindAt(index) === 'link') targets.set(index, links[targets.size] ?? '');
  const [digest, copyDigest] = [0, HASH].map((at) =>
    bytes.toString('hex', digestsAt + at, digestsAt + at + HASH),
  );
  return digest === NONE ? { tree } : { tree, digest, copyDigest };
}

function bytesOfNumbers({ buffer, byteOffset, byteLength }: Float64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** In place, where they lie at a multiple of their size, as in a file that was read. Of what is not there, there are none. */
function numbersIn(bytes: Buffer, from: number, count: number): Float64Array {
  const part = bytes.subarray(from * BYTES_PER_ELEMENT, (from + count) * BYTES_PER_ELEMENT);
  const { buffer, byteOffset, length } =
    part.byteOffset % BYTES_PER_ELEMENT === 0 ? part : new Uint8Array(part);
  return new Float64Array(buffer, byteOffset, Math.floor(length / BYTES_PER_ELEMENT));
}

function bytesOfNames(lists: (readonly string[])[]): Buffer {
  const text = lists.map((names) => (names.length > 0 ? `${names.join('\0')}\0` : '')).join('');
  if (!isEscaped(text)) return Buffer.from(text);
  return Buffer.concat(lists.flat().map((name) => bytesOf(`${name}\0`)));
}

/** @param paths how many of them are paths; the others are link targets, each of which is one name, see entry.ts */
function namesFrom(bytes: Buffer, paths: number): string[] {
  if (isUtf8(bytes)) return bytes.toString().split('\0');
  const names = bytes.toString('latin1').split('\0');
  const target = (latin1: string) => nameFrom(Buffer.from(latin1, 'latin1'));
  return names.map((name, index) => (index < paths ? pathFrom(name) : target(name)));
}
