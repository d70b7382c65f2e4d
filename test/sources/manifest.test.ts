import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestsOf } from '../../src/sources/digest.js';
import { entriesText, isManifestOf, manifestText, readManifest } from '../../src/sources/manifest.js';
import type { TreeEntry } from '../../src/sources/tree.js';
import { changedTree, treeOf } from '../../src/sources/tree-builder.js';
import { entriesOf } from '../support/trees.js';

const path = fc.oneof(
  fc.constantFrom('a', 'b', 'b/c', '__proto__', 'constructor', '1', '\udcff', 'new\nline'),
  fc.string({ minLength: 1 }),
);
const mode = fc.integer({ min: 0, max: 0o7777 });
const entry: fc.Arbitrary<TreeEntry> = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), mode, content: fc.stringMatching(/^[0-9a-f]{64}$/) }),
  fc.record({ kind: fc.constant('dir' as const), mode }),
  fc.record({ kind: fc.constant('link' as const), mode, content: fc.string() }),
);
const tree = fc.array(fc.tuple(path, entry)).map(treeOf);
const text = (parts: Buffer[]) => Buffer.concat(parts).toString();

test('readManifest() reads what manifestText() and entriesText() have written, but for times', () => {
  fc.assert(
    fc.property(tree, (of) => {
      const timed = treeOf(entriesOf(of).map(([name, one]) => [name, { ...one, size: 1, mtime: 2 }]));
      expect(entriesOf(readManifest(text(manifestText(timed))))).toEqual(entriesOf(of));
      expect(entriesOf(readManifest(text(entriesText(timed))))).toEqual(entriesOf(of));
    }),
  );
});

test('readManifest() reads what has many lines, and the one line of earlier versions', () => {
  const names = Array.from({ length: 3_500 }, (_, n) => `file-${n}`);
  const of = treeOf(names.map((name) => [name, { kind: 'dir', mode: 0o755 }]));
  const written = text(manifestText(of));
  expect(written.split('\n')).toHaveLength(7);
  expect(entriesOf(readManifest(written))).toEqual(entriesOf(of));
  const digest = written.slice(0, 65);
  expect(entriesOf(readManifest(digest + JSON.stringify(Object.fromEntries(of))))).toEqual(entriesOf(of));
});

test('readManifest() takes what was cut off for none', () => {
  const of = treeOf(Array.from({ length: 2_500 }, (_, n) => [`file-${n}`, { kind: 'dir', mode: 0o755 }]));
  const written = text(manifestText(of));
  const lineEnds = Array.from(written.matchAll(/\n/g), ({ index }) => index).slice(1); // the first is the digest's
  for (const end of [...lineEnds, ...lineEnds.map((end) => end + 1), written.length - 1])
    expect(readManifest(written.slice(0, end)).size).toBe(0);
});

test('isManifestOf() knows a manifest by its first line, and none that is of another mode', () => {
  fc.assert(
    fc.property(tree, path, entry, (of, name, other) => {
      const { copyDigest } = digestsOf(of);
      const written = text(manifestText(of));
      expect(isManifestOf(written, copyDigest)).toBe(true);
      expect(isManifestOf(written.slice(0, 65), copyDigest)).toBe(true);
      const changed = changedTree(of, new Map([[name, { ...other, mode: 0o10000 }]]));
      expect(isManifestOf(text(manifestText(changed)), copyDigest)).toBe(false);
      expect(isManifestOf(text(entriesText(of)), copyDigest)).toBe(false);
    }),
  );
});
