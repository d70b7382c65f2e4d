import { expect, test } from 'vitest';
import { buildOptions } from '../../../src/options/schema.js';
import type { BuildOptionsInput } from '../../../src/options/types.js';
import { placementOf } from '../../../src/runner/pack/placement.js';
import { isIn, Selection } from '../../../src/runner/pack/selection.js';
import { planPack } from '../../../src/runner/plan/pack.js';
import { testPackage } from '../../support/workspace.js';

type Files = NonNullable<NonNullable<BuildOptionsInput['build_runner_opts']>['files']>;

const TREE = [
  ...['a', 'a/b', 'a/b/c.o', 'a/b/d', 'a/e.o', 'a.img', 'b.img', 'bin', 'bin/hello', 'bin/world'],
  ...['images', 'images/.hidden', 'images/boot', 'images/boot/x.img', 'images/x.img', 'images/[1].img', 'ä'],
];

const planOf = async (files: Files) =>
  planPack(await testPackage({ options: { build_runner_opts: { files } } }))!;

async function select(files: Files) {
  const plan = await planOf(files);
  const selection = new Selection(plan);
  for (const path of TREE)
    if (plan.searched.some((one) => one === '.' || isIn(path, one))) selection.add(path);
  const { placed, removed, directories, conflict } = placementOf(selection);
  return {
    placed: placed.map(({ from, to }) => (from === to ? to : `${from} -> ${to}`)),
    removed,
    directories,
    conflict,
    unmatched: selection.unmatched.map(({ from }) => from),
  };
}

test.each<[string, Files, string[]]>([
  ['a file, which keeps its path', ['bin/hello'], ['bin/hello']],
  ['a directory with all that is below it', ['images'], ['images']],
  ['a path as people write it', ['./images/', 'bin//hello'], ['images', 'bin/hello']],
  ['everything', ['.'], ['a', 'a.img', 'b.img', 'bin', 'images', 'ä']],
  ['everything, by stars', ['**'], ['a', 'a.img', 'b.img', 'bin', 'images', 'ä']],
  ['a star, which stops at a slash', ['*.img'], ['a.img', 'b.img']],
  [
    'names that begin with a dot',
    ['images/*'],
    ['.hidden', '[1].img', 'boot', 'x.img'].map((n) => `images/${n}`),
  ],
  ['any depth', ['**/*.img'], ['a.img', 'b.img', 'images/[1].img', 'images/x.img', 'images/boot/x.img']],
  ['one character, and a class', ['?.img', '[b-c].img'], ['a.img', 'b.img']],
  ['a bracket that stands for itself', ['images/\\[1].img'], ['images/[1].img']],
  ['a file by another name', [{ from: 'bin/hello', to: 'hi' }], ['bin/hello -> hi']],
  ['a file in another directory', [{ from: 'bin/hello', to: 'x/y/' }], ['bin/hello -> x/y/hello']],
  ['a directory by another name', [{ from: 'images', to: 'x' }], ['images -> x']],
  [
    'what a pattern matches, in a directory',
    [{ from: 'bin/*', to: 'x/' }],
    ['bin/hello -> x/hello', 'bin/world -> x/world'],
  ],
  [
    'what a pattern matches, at the top',
    [{ from: 'bin/*', to: './' }],
    ['bin/hello -> hello', 'bin/world -> world'],
  ],
  ['one match of a pattern, by another name', [{ from: 'bin/h*', to: 'hi' }], ['bin/hello -> hi']],
  ['one entry at two places', ['a.img', { from: 'a.img', to: 'x/' }], ['a.img', 'a.img -> x/a.img']],
  ['what comes with its directory only once', ['images', 'images/*.img', '**/x.img'], ['images']],
  [
    'what is put into a directory after it',
    [{ from: 'a.img', to: 'bin/' }, 'bin'],
    ['bin', 'a.img -> bin/a.img'],
  ],
])('placementOf() places %s', async (_, files, placed) => {
  expect(await select(files)).toMatchObject({ placed, removed: [], unmatched: [], conflict: undefined });
});

test('placementOf() takes out what is left out, wherever a directory above it went', async () => {
  const { placed, removed, directories } = await select([
    '!**/*.o',
    'a',
    { from: 'a/b', to: 'x' },
    '!bin',
    '!a.img',
  ]);
  expect(placed).toEqual(['a', 'a/b -> x']);
  expect(removed.sort()).toEqual(['a/b/c.o', 'a/e.o', 'x/c.o']);
  expect(directories).toEqual(['.', 'a', 'a/b', 'x']);
});

test('Selection names what matches nothing, also where all that it matches is left out', async () => {
  const { unmatched } = await select(['bin/hello', 'nope/*.img', 'b.img', '!b.img', '!nothing']);
  expect(unmatched).toEqual(['nope/*.img', 'b.img']);
});

test('Selection leaves out what is below a directory that is left out, and that the search does not begin with', async () => {
  expect((await select(['a/b', 'bin/hello', '!a', '!.*'])).placed).toEqual(['bin/hello']);
  expect((await select(['a/b', 'bin/hello', '!a', '!.*'])).unmatched).toEqual(['a/b']);
});

test('placementOf() names two entries that would be at one place', async () => {
  const { conflict } = await select([{ from: 'bin/*', to: 'x' }]);
  expect(conflict).toEqual([
    { from: 'bin/hello', to: 'x' },
    { from: 'bin/world', to: 'x' },
  ]);
});

test('planPack() looks only where something can match', async () => {
  const { searched } = await planOf([
    'images/*.img',
    'images',
    'bin/hello',
    'a/b*/c',
    { from: 'a/x/y', to: 'z' },
    '!q',
  ]);
  expect(searched).toEqual(['images', 'bin/hello', 'a']);
  expect((await planOf(['**/x', 'images'])).searched).toEqual(['.']);
});

test.each(['a[', 'x/[]', '!b['])('planPack() refuses the pattern %s', async (pattern) => {
  await expect(planOf(['ok', pattern])).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: expect.stringContaining('could not read "build_runner_opts.files": syntax error in pattern'),
  });
});

test('buildOptions takes files beside other commands', () => {
  const commands = { make: 'make' };
  expect(
    buildOptions.parse({ build_runner_opts: { files: ['x'], commands } }).build_runner_opts.files,
  ).toEqual(['x']);
});
