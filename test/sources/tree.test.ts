import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTrees, listTree, type Tree, type TreeEntry } from '../../src/sources/tree.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const { signal } = new AbortController();
const dir: TreeEntry = { kind: 'dir', mode: 0o755 };
const fileOf = (content: string): TreeEntry => ({ kind: 'file', mode: 0o644, content });

describe('listTree()', () => {
  test('lists files, directories and links, parents first', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { 'b/c/file': 'x', a: { content: '', mode: 0o755 } });
    await symlink('/abs', join(root, 'link'));
    await mkdir(join(root, 'empty'));
    const tree = await listTree(root, {}, signal);
    expect(Object.keys(tree)).toEqual(['a', 'b', 'b/c', 'b/c/file', 'empty', 'link']);
    expect(tree.a).toMatchObject({ kind: 'file', mode: 0o755, size: 0 });
    expect(tree['b/c/file']?.content).toBe(
      '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    );
    expect(tree.link).toEqual({ kind: 'link', mode: 0o777, content: '/abs' });
  });

  test('leaves out our own outputs and what belongs to tools of the host, at the top only', async () => {
    const root = await temporaryDirectory('tree');
    const names = ['.nerves/x', 'build.log', 'build.log.1', '.git/HEAD', 'node_modules/x'];
    await writeFiles(root, Object.fromEntries(names.map((name) => [name, ''])));
    await writeFiles(root, Object.fromEntries(names.map((name) => [`sub/${name}`, ''])));
    const tree = await listTree(root, {}, signal);
    expect(Object.keys(tree).filter((path) => !path.startsWith('sub'))).toEqual([]);
    expect(Object.keys(tree)).toEqual(expect.arrayContaining(names.map((name) => `sub/${name}`)));
  });

  test('leaves out FIFOs and sockets, which would hang a reader', async () => {
    const root = await temporaryDirectory('tree');
    await execa('mkfifo', [join(root, 'fifo')]);
    await writeFiles(root, { file: '' });
    expect(Object.keys(await listTree(root, {}, signal))).toEqual(['file']);
  });

  test('reads again only what has another size or time', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { same: 'x', edited: 'x', resized: 'x' });
    for (const name of ['same', 'edited', 'resized']) await utimes(join(root, name), 1, 1);
    const known = await listTree(root, {}, signal);
    for (const entry of Object.values(known)) entry.content = 'known';
    await writeFile(join(root, 'edited'), 'y');
    await writeFile(join(root, 'resized'), 'xx');
    await utimes(join(root, 'resized'), 1, 1);
    const tree = await listTree(root, known, signal);
    expect(tree.same?.content).toBe('known');
    expect(tree.edited?.content).toMatch(/^[0-9a-f]{64}$/);
    expect(tree.resized?.content).toMatch(/^[0-9a-f]{64}$/);
  });

  test('accepts names that mean something to JavaScript', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { constructor: '', '__proto__/x': '', '1': '', '01/2': '' });
    const tree = await listTree(root, {}, signal);
    expect(Object.keys(tree).sort()).toEqual(['01', '01/2', '1', '__proto__', '__proto__/x', 'constructor']);
    const again = await listTree(root, JSON.parse(JSON.stringify(tree)), signal);
    expect(compareTrees(JSON.parse(JSON.stringify(tree)), again)).toEqual({ changed: [], removed: [] });
  });

  test('ends when it is interrupted', async () => {
    const interrupted = AbortSignal.abort(new Error('interrupted by SIGINT'));
    await expect(listTree('/', {}, interrupted)).rejects.toThrow('interrupted by SIGINT');
  });

  test('reports a directory that cannot be read as FILE_ACCESS', async () => {
    await expect(listTree('/nowhere', {}, signal)).rejects.toMatchObject({
      code: 'FILE_ACCESS',
      message: expect.stringContaining('could not read /nowhere: ENOENT'),
    });
  });
});

describe('compareTrees()', () => {
  test('sees changes of content, mode, kind and link target, but not of a time alone', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { same: 'x', touched: 'x', edited: 'x', mode: 'x', 'd/file': 'x', becomes: 'x' });
    await symlink('a', join(root, 'link'));
    const before = await listTree(root, {}, signal);
    await utimes(join(root, 'touched'), 1, 1);
    await writeFile(join(root, 'edited'), 'y');
    await chmod(join(root, 'mode'), 0o755);
    await rm(join(root, 'link'));
    await symlink('b', join(root, 'link'));
    await rm(join(root, 'becomes'));
    await mkdir(join(root, 'becomes'));
    await writeFile(join(root, 'becomes/x'), '');
    await rename(join(root, 'd'), join(root, 'moved'));
    const { changed, removed } = compareTrees(before, await listTree(root, before, signal));
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
