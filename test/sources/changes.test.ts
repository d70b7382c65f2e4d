import { expect, test } from 'vitest';
import { inDoubt, modesAlone, outdating, touchedSince } from '../../src/sources/changes.js';
import { compareTrees } from '../../src/sources/compare-trees.js';
import type { TreeEntry } from '../../src/sources/tree.js';
import { dir as directory, file, link, tree } from '../support/trees.js';

const dir = directory();
type Of = Record<string, TreeEntry>;

const changesOf = (old: Of, now: Of) => {
  const [before, after] = [tree(old), tree(now)];
  const { changed, removed } = compareTrees(before, after);
  const { modes, others } = modesAlone(before, after, changed);
  return {
    modes,
    outdated: outdating(before, after, others),
    doubt: inDoubt(before, after, changed, removed),
  };
};

test.each<[string, Of, Of, string[]]>([
  ['an edited file', { a: file('1') }, { a: file('2') }, ['a']],
  ['a new file', { d: dir }, { d: dir, 'd/a': file('1') }, ['d/a']],
  ['a new directory', {}, { d: dir, 'd/a': file('1') }, ['d', 'd/a']],
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
    'a link to a directory, through another link, but not the links in it',
    { d: dir, 'd/a': file('1'), 'd/m': link('a'), k: link('d'), l: link('x') },
    { d: dir, 'd/a': file('1'), 'd/m': link('a'), k: link('d'), l: link('./k') },
    ['d', 'd/a'],
  ],
  ['a link to the top', { a: file('1') }, { a: file('1'), l: link('.') }, ['a']],
  ['links in a circle', {}, { l: link('m'), m: link('l') }, []],
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
  const before = { gone: dir, 'gone/below': file('1'), edited: file('1'), same: file('1') };
  const after = { edited: file('2'), added: file('1'), same: file('1') };
  expect(Object.fromEntries(changesOf(before, after).doubt)).toEqual({
    gone: { kind: 'dir', mode: -1 },
    'gone/below': { kind: 'file', mode: -1 },
    edited: { kind: 'file', mode: -1 },
    added: { kind: 'file', mode: -1 },
  });
});

test('modesAlone() sorts by the new mode what is the same but for that, and was known', () => {
  const before = tree({ a: file('1'), b: file('1'), d: dir, doubt: directory(-1) });
  const after = tree({ a: file('1', 0o755), b: file('2', 0o755), d: directory(0o750), doubt: dir });
  const { modes, others } = modesAlone(before, after, ['a', 'b', 'd', 'doubt']);
  expect([...modes]).toEqual([
    [0o755, ['a']],
    [0o750, ['d']],
  ]);
  expect(others).toEqual(['b', 'doubt']);
});

test('touchedSince() names what was written anew, with the same content and time, or is gone', () => {
  const listed = tree({
    same: { ...file('1'), ctime: 1 },
    touched: { ...file('1'), ctime: 1 },
    gone: file('1'),
    other: { ...file('1'), ctime: 1 },
  });
  const now = tree({
    same: { ...file('1'), ctime: 1 },
    touched: { ...file('1'), ctime: 2 },
    other: file('2'),
  });
  expect(touchedSince(listed, now, ['same', 'touched', 'gone'])).toEqual(['touched', 'gone']);
});
