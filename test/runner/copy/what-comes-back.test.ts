import { expect, test } from 'vitest';
import { whatComesBack } from '../../../src/runner/copy/what-comes-back.js';
import type { TreeEntry } from '../../../src/sources/tree.js';
import { dir, file, link, tree } from '../../support/trees.js';

const NONE = undefined;

type Case = [
  title: string,
  base: TreeEntry | undefined,
  shell: TreeEntry | undefined,
  host: TreeEntry | undefined,
  what: string | undefined,
];

const cases: Case[] = [
  ['only touched', file('a'), file('a'), file('a'), undefined],
  ['edited', file('a'), file('b'), file('a'), 'put'],
  ['made executable', file('a'), file('a', 0o755), file('a'), 'put'],
  ['given the rights of another user', file('a'), file('a', 0o4644), file('a'), undefined],
  ['new', NONE, file('b'), NONE, 'put new'],
  ['new, and gone again', NONE, NONE, NONE, undefined],
  ['removed', file('a'), NONE, file('a'), 'remove'],
  ['removed on both sides', file('a'), NONE, NONE, undefined],
  ['edited to the same on both sides', file('a'), file('b'), file('b'), undefined],
  ['edited to something else on both sides', file('a'), file('b'), file('c'), 'beside'],
  ['edited here, only touched there', file('a'), file('a'), file('c'), undefined],
  ['edited there, removed here', file('a'), file('b'), NONE, 'beside'],
  ['removed there, edited here', file('a'), NONE, file('c'), 'keep'],
  ['removed there, made executable here', file('a'), NONE, file('a', 0o755), 'keep'],
  ['new on both sides, with other content', NONE, file('b'), file('c'), 'beside new'],
  ['a file that becomes a directory', file('a'), dir(), file('a'), 'put'],
  ['a directory that becomes a link', dir(), link('/etc'), dir(), 'put'],
  ['a link that leads elsewhere', link('a'), link('b'), link('a'), 'put'],
  ['a link there, and another here', link('a'), link('b'), link('c'), 'beside'],
  ['a directory of another mode', dir(), dir(0o700), dir(), 'put'],
  ['a directory of another mode there and here', dir(), dir(0o700), dir(0o711), undefined],
  ['a new directory on both sides', NONE, dir(), dir(0o700), undefined],
  ['a directory removed there, of another mode here', dir(), NONE, dir(0o700), 'remove'],
  ['a file removed there, a directory by now', file('a'), NONE, dir(), 'keep'],
  ['of which nobody knows what was copied', file('a', -1), file('b'), file('a', 0o777), 'beside'],
];

test.each(cases)('whatComesBack(): %s', (_, base, shell, host, what) => {
  const of = (entry: TreeEntry | undefined) => tree(entry && { x: entry });
  const versions = { base: of(base), shell: of(shell), host: of(host) };
  const [change] = whatComesBack(['x'], versions, new Set());
  expect(change && `${change.what}${change.isNew ? ' new' : ''}`).toBe(what);
  expect(change?.entry).toEqual(change && shell);
});

test('whatComesBack() names what is neither file, directory nor link, and leaves the host’s', () => {
  const versions = { base: tree({ x: file('a') }), shell: tree(), host: tree({ x: file('a') }) };
  expect(whatComesBack(['x'], versions, new Set(['x']))).toEqual([
    { path: 'x', what: 'special', isNew: false },
  ]);
});
