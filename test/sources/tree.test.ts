import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listTree } from '../../src/sources/listing/list-tree.js';
import { compareTrees, type Tree, type TreeEntry } from '../../src/sources/tree.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const { signal } = new AbortController();
const dir: TreeEntry = { kind: 'dir', mode: 0o755 };
const fileOf = (content: string): TreeEntry => ({ kind: 'file', mode: 0o644, content });

describe('compareTrees()', () => {
  test('sees changes of content, mode, kind and link target, but not of a time alone', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { same: 'x', touched: 'x', edited: 'x', mode: 'x', 'd/file': 'x', becomes: 'x' });
    await symlink('a', join(root, 'link'));
    const before = (await listTree(root, { tree: {} }, signal)).tree;
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
    const before: Tree = { a: dir, 'a/b': dir, 'a/b/c': fileOf('1'), 'a-b': fileOf('1'), ab: fileOf('1') };
    expect(compareTrees(before, {}).removed).toEqual(['a', 'a-b', 'ab']);
    expect(compareTrees(before, { a: dir }).removed).toEqual(['a/b', 'a-b', 'ab']);
  });

  test('handles 30,000 removed files in no time', () => {
    const before: Tree = {};
    for (let n = 0; n < 30_000; n++) before[`directory-${n % 100}/file-${n}`] = fileOf('x');
    const started = performance.now();
    expect(compareTrees(before, {}).removed).toHaveLength(30_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('turns one tree into the other, whatever they are', () => {
    const anyTree = fc
      .dictionary(fc.stringMatching(/^[ab](\/[ab]){0,3}$/), fc.constantFrom('1', '2'), { maxKeys: 8 })
      .map((files) => {
        const tree: Tree = {};
        for (const [path, content] of Object.entries(files)) {
          const parts = path.split('/');
          const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
          if (above.some((parent) => tree[parent]?.kind === 'file') || tree[path]) continue;
          for (const parent of above) tree[parent] = dir;
          tree[path] = fileOf(content);
        }
        return tree;
      });
    fc.assert(
      fc.property(anyTree, anyTree, (before, after) => {
        const { changed, removed } = compareTrees(before, after);
        const kept = Object.entries(before).filter(
          ([path]) => !removed.some((gone) => path === gone || path.startsWith(`${gone}/`)),
        );
        const copied = changed.map((path) => [path, after[path]]);
        expect({ ...Object.fromEntries(kept), ...Object.fromEntries(copied) }).toEqual(after);
      }),
    );
  });
});
