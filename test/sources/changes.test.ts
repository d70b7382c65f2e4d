import { expect, test } from 'vitest';
import { inDoubt, outdating } from '../../src/sources/changes.js';
import { compareTrees, type Tree, type TreeEntry } from '../../src/sources/tree.js';

const dir: TreeEntry = { kind: 'dir', mode: 0o755 };
const file = (content: string, mode = 0o644): TreeEntry => ({ kind: 'file', mode, content });
const link = (content: string): TreeEntry => ({ kind: 'link', mode: 0o777, content });

const changesOf = (before: Tree, after: Tree) => {
  const { changed, removed } = compareTrees(before, after);
  return { outdated: outdating(before, after, changed), doubt: inDoubt(before, after, changed, removed) };
};

test.each<[string, Tree, Tree, string[]]>([
  ['an edited file', { a: file('1') }, { a: file('2') }, ['a']],
  ['a new file', {}, { d: dir, 'd/a': file('1') }, ['d/a']],
  ['a mode alone', { a: file('1') }, { a: file('1', 0o755) }, []],
  [
    'a link that leads to another file',
    { l: link('a'), a: file('1'), b: file('2') },
    { l: link('b'), a: file('1'), b: file('2') },
    ['b'],
  ],
  [
    'a link out of a directory',
    { d: dir, a: file('1') },
    { d: dir, a: file('1'), 'd/l': link('../a') },
    ['a'],
  ],
  [
    'a link to nowhere, or out of the tree',
    {},
    { l: link('gone'), m: link('/etc/passwd'), n: link('../..') },
    [],
  ],
  ['a file in the place of a directory', { a: dir, 'a/b': file('1') }, { a: file('2') }, ['a']],
  ['nothing', { a: file('1') }, { a: file('1') }, []],
])('outdating() of %s', (_, before, after, expected) => {
  expect(changesOf(before, after).outdated).toEqual(expected);
});

test('inDoubt() has every path that is being copied or removed, with a mode that no file has', () => {
  const before: Tree = { gone: dir, 'gone/below': file('1'), edited: file('1'), same: file('1') };
  const after: Tree = { edited: file('2'), added: file('1'), same: file('1') };
  expect(changesOf(before, after).doubt).toEqual({
    gone: { kind: 'dir', mode: -1 },
    'gone/below': { kind: 'file', mode: -1 },
    edited: { kind: 'file', mode: -1 },
    added: { kind: 'file', mode: -1 },
  });
});
