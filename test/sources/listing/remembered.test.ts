import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listingOf } from '../../../src/sources/listing/cache.js';
import { bytesOfListing, listingFrom, type Remembered } from '../../../src/sources/listing/remembered.js';
import { nameFrom } from '../../../src/sources/path-bytes.js';
import type { TreeEntry } from '../../../src/sources/tree.js';
import { treeOf } from '../../../src/sources/tree-builder.js';
import { dir, entriesOf, tree } from '../../support/trees.js';

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
const anyTree = fc.array(fc.tuple(path, entry)).map(treeOf);

const read = (listing: Remembered) => plain(listingFrom(bytesOfListing(listing)));
const plain = (listing?: Remembered) => listing && { ...listing, tree: entriesOf(listing.tree) };

test('listingFrom() reads what bytesOfListing() has written, whatever the names are', () => {
  fc.assert(
    fc.property(anyTree, (of) => {
      expect(read({ tree: of })).toEqual(plain({ tree: of }));
      const listing = listingOf({ tree: of });
      expect(read(listing)).toEqual(plain(listing));
    }),
  );
});

test('listingFrom() refuses what was cut off, or has something behind it', () => {
  const bytes = bytesOfListing(listingOf({ tree: tree({ a: dir() }) }));
  for (let size = 0; size < bytes.length; size++)
    expect(listingFrom(bytes.subarray(0, size))).toBeUndefined();
  expect(listingFrom(Buffer.concat([bytes, Buffer.from('x')]))).toBeUndefined();
});
