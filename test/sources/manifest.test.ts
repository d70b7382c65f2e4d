import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inDoubt } from '../../src/sources/changes.js';
import { digestsOf } from '../../src/sources/digest.js';
import {
  doubtText,
  entriesText,
  isManifestOf,
  manifestText,
  readManifest,
} from '../../src/sources/manifest.js';
import type { Tree, TreeEntry } from '../../src/sources/tree.js';

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
const tree = fc
  .array(fc.tuple(path, entry))
  .map((entries) => Object.assign(Object.create(null), Object.fromEntries(entries)) as Tree);
/** As pairs, as a name may be "__proto__". */
const pairs = (of: Tree) =>
  Object.keys(of)
    .sort()
    .map((name) => [name, of[name]]);

test('readManifest() reads what manifestText() and entriesText() have written', () => {
  fc.assert(
    fc.property(tree, (of) => {
      const timed = Object.fromEntries(
        Object.entries(of).map(([name, one]) => [name, { ...one, size: 1, mtime: 2 }]),
      );
      expect(pairs(readManifest(manifestText(timed)))).toEqual(pairs(of));
      expect(pairs(readManifest(entriesText(timed)))).toEqual(pairs(of));
    }),
  );
});

test('isManifestOf() knows a manifest by its first line, and none that is of another mode or in doubt', () => {
  fc.assert(
    fc.property(tree, path, entry, (of, name, other) => {
      const { copyDigest } = digestsOf(of);
      const text = manifestText(of);
      expect(isManifestOf(text, copyDigest)).toBe(true);
      expect(isManifestOf(text.slice(0, 65), copyDigest)).toBe(true);
      const changed = Object.assign(Object.create(null), of, { [name]: { ...other, mode: 0o10000 } });
      expect(isManifestOf(manifestText(changed), copyDigest)).toBe(false);
      expect(isManifestOf(doubtText(text, changed), copyDigest)).toBe(false);
    }),
  );
});

test('doubtText() has the doubts instead of what was settled, and the rest of that', () => {
  fc.assert(
    fc.property(tree, tree, fc.boolean(), (before, after, digest) => {
      const doubts = inDoubt(before, after, Object.keys(after), []);
      const text = doubtText(digest ? manifestText(before) : entriesText(before), doubts);
      const expected = Object.fromEntries([...Object.entries(before), ...Object.entries(doubts)]);
      expect(pairs(readManifest(text))).toEqual(pairs(JSON.parse(JSON.stringify(expected))));
    }),
  );
});
