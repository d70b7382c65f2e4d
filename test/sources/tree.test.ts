import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTrees } from '../../src/sources/compare-trees.js';
import { listTree } from '../../src/sources/listing/list-tree.js';
import { comparePaths } from '../../src/sources/paths.js';
import type { TreeEntry } from '../../src/sources/tree.js';
import { changedTree, treeOf } from '../../src/sources/tree-builder.js';
import { dir as directory, entriesOf, file as fileOf, tree } from '../support/trees.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const { signal } = new AbortController();
const dir = directory();

const path = fc
  .array(fc.constantFrom('a', 'b', 'a-b', 'a.b', 'ab', '__proto__', '1', '\udcff', '\u{1f600}', 'A'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((names) => names.join('/'));
const number = fc.double({ noNaN: true, min: 0, max: 2 ** 53 });
const entry: fc.Arbitrary<TreeEntry> = fc.oneof(
  fc
    .record(
      {
        size: number,
        mtime: number,
        ctime: number,
        inode: number,
        content: fc.stringMatching(/^[0-9a-f]{63}1$/),
      },
      { requiredKeys: [] },
    )
    .map((of) => ({ kind: 'file' as const, mode: 0o4755, ...of })),
  fc.integer({ min: -1, max: 0o7777 }).map((mode) => ({ kind: 'dir' as const, mode })),
  fc.string().map((content) => ({ kind: 'link' as const, mode: 0o777, content })),
);
const entries = fc.array(fc.tuple(path, entry));

describe('Tree', () => {
  test('has what was put in it, in the order of a walk, whatever the order was; of two with a path the later one', () => {
    fc.assert(
      fc.property(entries, fc.array(path), (put, others) => {
        const of = treeOf(put);
        const expected = new Map(put);
        expect([...of.paths]).toEqual([...expected.keys()].sort(comparePaths));
        expect(new Map(of)).toEqual(expected);
        for (const one of [...others, ...expected.keys()]) {
          expect(of.get(one)).toEqual(expected.get(one));
          expect(of.has(one)).toBe(expected.has(one));
        }
      }),
    );
  });

  test('changedTree() changes, adds and removes', () => {
    fc.assert(
      fc.property(entries, fc.array(fc.tuple(path, fc.option(entry, { nil: undefined }))), (put, changes) => {
        const expected = new Map<string, TreeEntry | undefined>([...put, ...changes]);
        const of = changedTree(treeOf(put), new Map(changes));
        expect(new Map(of)).toEqual(new Map([...expected].filter(([, one]) => one)));
        expect([...of.paths]).toEqual([...of.paths].sort(comparePaths));
      }),
    );
  });

  test('comparePaths() puts a directory and what is in it before what is beside it', () => {
    const walked = ['A', 'a', 'a/1', 'a/b', 'a/b/c', 'a-b', 'a.b', 'a.b/c', 'ab', 'b'];
    expect(walked.toReversed().sort(comparePaths)).toEqual(walked);
  });
});

describe('compareTrees()', () => {
  test('sees changes of content, mode, kind and link target, but not of a time alone', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { same: 'x', touched: 'x', edited: 'x', mode: 'x', 'd/file': 'x', becomes: 'x' });
    await symlink('a', join(root, 'link'));
    const before = (await listTree(root, { tree: tree() }, signal)).tree;
    await utimes(join(root, 'touched'), 1, 1);
    await writeFile(join(root, 'edited'), 'y');
    await chmod(join(root, 'mode'), 0o755);
    await rm(join(root, 'link'));
    await symlink('b', join(root, 'link'));
    await rm(join(root, 'becomes'));
    await mkdir(join(root, 'becomes'));
    await writeFile(join(root, 'becomes/x'), '');
    await rename(join(root, 'd'), join(root, 'moved'));
    const { changed, removed } = compareTrees(before, (await listTree(root, { tree: before }, signal)).tree);
    expect(changed).toEqual(['becomes', 'becomes/x', 'edited', 'link', 'mode', 'moved', 'moved/file']);
    expect(removed.sort()).toEqual(['becomes', 'd']);
  });

  test('removes only the directory of a removed tree, and not one with a similar name', () => {
    const [a, one] = [dir, fileOf('1')];
    const before = tree({ a, 'a/b': dir, 'a/b/c': one, 'a-b': one, ab: one });
    expect(compareTrees(before, tree()).removed).toEqual(['a', 'a-b', 'ab']);
    expect(compareTrees(before, tree({ a: dir })).removed).toEqual(['a/b', 'a-b', 'ab']);
  });

  test('handles 30,000 removed files in no time', () => {
    const one = fileOf('x');
    const before = treeOf(Array.from({ length: 30_000 }, (_, n) => [`directory-${n % 100}/file-${n}`, one]));
    const started = performance.now();
    expect(compareTrees(before, tree()).removed).toHaveLength(30_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('turns one tree into the other, whatever they are', () => {
    const anyTree = fc
      .dictionary(fc.stringMatching(/^[ab](\/[ab]){0,3}$/), fc.constantFrom('1', '2'), { maxKeys: 8 })
      .map((files) => {
        const entries: Record<string, TreeEntry> = {};
        for (const [path, content] of Object.entries(files)) {
          const parts = path.split('/');
          const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
          if (above.some((parent) => entries[parent]?.kind === 'file') || entries[path]) continue;
          for (const parent of above) entries[parent] = dir;
          entries[path] = fileOf(content);
        }
        return tree(entries);
      });
    fc.assert(
      fc.property(anyTree, anyTree, (before, after) => {
        const { changed, removed } = compareTrees(before, after);
        const kept = entriesOf(before).filter(
          ([path]) => !removed.some((gone) => path === gone || path.startsWith(`${gone}/`)),
        );
        const copied = changed.map((path) => [path, after.get(path)]);
        const made = { ...Object.fromEntries(kept), ...Object.fromEntries(copied) };
        expect(made).toEqual(Object.fromEntries(after));
      }),
    );
  });
});
