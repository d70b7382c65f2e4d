import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listingOf } from '../../../src/sources/listing/cache.js';
import {
  bytesOfListing,
  type Columns,
  listingFrom,
  type Remembered,
} from '../../../src/sources/listing/columns.js';
import { nameFrom } from '../../../src/sources/path-bytes.js';
import type { Tree, TreeEntry } from '../../../src/sources/tree.js';

const name = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1 }),
  )
  .map((bytes) => nameFrom(Buffer.from(bytes.filter((byte) => byte !== 0 && byte !== 0x2f))))
  .filter((text) => text !== '');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const mode = fc.integer({ min: 0, max: 0o7777 });
const number = fc.double({ noNaN: true, min: 0, max: 2 ** 53 });
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const entry: fc.Arbitrary<TreeEntry> = fc.oneof(
  fc.record({
    ...{
      kind: fc.constant('file' as const),
      mode,
      size: number,
      mtime: number,
      ctime: number,
      inode: number,
    },
    content: hash,
  }),
  fc.record({ kind: fc.constant('dir' as const), mode }),
  fc.record({ kind: fc.constant('link' as const), mode: fc.constant(0o777), content: name }),
);
const tree = fc
  .dictionary(path, entry, { noNullPrototype: false })
  .map((entries) => Object.assign(Object.create(null), entries) as Tree);

const read = (listing: Remembered) => {
  const { tree, digest, copyDigest } = listingFrom(bytesOfListing(listing)) as Columns;
  return { tree, digest, copyDigest };
};

test('listingFrom() reads what bytesOfListing() has written, whatever the names are', () => {
  fc.assert(
    fc.property(tree, (of) => {
      expect(read({ tree: of })).toEqual({ tree: of });
      const listing = listingOf({ tree: of });
      expect(read(listing)).toEqual(listing);
    }),
  );
});

test('listingFrom() refuses what was cut off, or has something behind it', () => {
  const bytes = bytesOfListing(listingOf({ tree: { a: { kind: 'dir', mode: 0o755 } } }));
  for (let size = 0; size < bytes.length; size++)
    expect(listingFrom(bytes.subarray(0, size))).toBeUndefined();
  expect(listingFrom(Buffer.concat([bytes, Buffer.from('x')]))).toBeUndefined();
});
