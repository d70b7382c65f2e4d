import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../../src/sources/context/content-hash.js';
import { contextFiles } from '../../../src/sources/context/files.js';
import { gitState } from '../../../src/sources/context/git-state.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

let root: string;
const WHO = {
  AUTHOR_NAME: 'a',
  AUTHOR_EMAIL: 'a@b.invalid',
  COMMITTER_NAME: 'a',
  COMMITTER_EMAIL: 'a@b.invalid',
};
const env = Object.fromEntries(Object.entries(WHO).map(([name, value]) => [`GIT_${name}`, value]));
const git = async (...args: string[]) => (await execa('git', args, { cwd: root, env })).stdout;
const commit = (message: string) => git('commit', '--quiet', '--allow-empty', '-m', message);
const state = () => gitState(join(root, '.git'));

beforeEach(async () => {
  root = await temporaryDirectory('repository');
  await writeFiles(root, { Dockerfile: 'FROM scratch\nCOPY . /\n', f: '1' });
  await git('init', '--quiet', '-b', 'main');
  await git('add', '.');
  await commit('a');
  await git('tag', 'v1');
});

describe('gitState(): changes with', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a commit', () => commit('b')],
    ['a tag', () => git('tag', 'v2')],
    ['an annotated tag with a slash', () => git('tag', '-a', '-m', 'x', 'release/v2')],
    ['a tag that goes', () => git('tag', '-d', 'v1')],
    [
      'the end of a shallow history',
      async () => writeFile(join(root, '.git/shallow'), await git('rev-parse', 'HEAD')),
    ],
  ])('%s', async (_, change) => {
    const before = await state();
    await change();
    expect(await state()).not.toBe(before);
  });

  test('a commit that is checked out without a branch, loose or packed', async () => {
    await commit('b');
    const before = await state();
    await git('checkout', '--quiet', '--detach', 'HEAD~');
    const detached = await state();
    expect(detached).not.toBe(before);
    await git('checkout', '--quiet', 'main');
    expect(await state()).toBe(before);
  });
});

describe('gitState(): does not change with', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['git gc', () => git('gc', '--quiet')],
    ['another branch', () => git('branch', 'other')],
    ['the name of the branch', () => git('checkout', '--quiet', '-b', 'other')],
    ['a detached HEAD at the same commit', () => git('checkout', '--quiet', '--detach')],
    ['the index', () => writeFile(join(root, 'f'), '2').then(() => git('add', 'f'))],
    ['what was fetched', () => git('update-ref', 'refs/remotes/origin/main', 'HEAD')],
  ])('%s', async (_, change) => {
    const before = await state();
    await change();
    expect(await state()).toBe(before);
  });
});

describe('contentHash(): of a context with a .git', () => {
  const hash = async (context = root) => {
    const source = { dockerfile: join(root, 'Dockerfile'), context, contextGiven: true };
    return await contentHash(source, await contextFiles(source));
  };

  test('changes with a commit, and not with the index, gc or a reflog', async () => {
    const before = await hash();
    await git('checkout', '--quiet', '-b', 'other');
    await git('gc', '--quiet');
    await git('status');
    expect(await hash()).toBe(before);
    await commit('b');
    expect(await hash()).not.toBe(before);
  });

  test('that is ignored does not change with a commit', async () => {
    await writeFile(join(root, '.dockerignore'), '.git\n');
    const before = await hash();
    await commit('b');
    expect(await hash()).toBe(before);
  });

  test('that is a file, of a worktree, is that of any other worktree', async () => {
    const [one, other] = [join(root, 'one'), join(root, 'other')];
    await git('worktree', 'add', '--quiet', '--detach', one);
    await git('worktree', 'add', '--quiet', '--detach', other);
    expect(await hash(one)).toBe(await hash(other));
  });

  test('counts also below the top of the context', async () => {
    const outer = await temporaryDirectory('outer');
    await mkdir(join(outer, 'deps'));
    await rename(root, join(outer, 'deps/repository'));
    root = join(outer, 'deps/repository');
    const before = await hash(outer);
    await git('tag', 'v2');
    expect(await hash(outer)).not.toBe(before);
  });
});
