import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { gitOf } from '../../../src/runner/recipe/git.js';
import { onlyPrograms } from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const AUTHOR = ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid'];

/** A repository with the directories a and b. */
async function repository() {
  const root = await temporaryDirectory('repository');
  const git = async (...args: string[]) => (await execa('git', [...AUTHOR, ...args], { cwd: root })).stdout;
  await git('init', '--quiet');
  await writeFiles(root, { 'a/file': 'x', 'b/file': 'x' });
  const trees = ['a', 'b'].map((name) => ({ name, root: join(root, name) }));
  return { root, git, state: () => gitOf({ trees }, process.env) };
}

test('gitOf() gives the commit of each tree, and whether something in it differs from that', async () => {
  const { root, git, state } = await repository();
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'one');
  const commit = await git('rev-parse', 'HEAD');
  const is = (dirty: boolean) => ({ commit, dirty });
  expect(await state()).toEqual({ a: is(false), b: is(false) });
  await writeFile(join(root, 'a/# branch.oid'), ''); // untracked
  expect(await state()).toEqual({ a: is(true), b: is(false) });
  await writeFile(join(root, 'b/file'), 'y');
  await git('checkout', '--quiet', '--detach');
  expect(await state()).toEqual({ a: is(true), b: is(true) });
});

test('gitOf() gives nothing without a commit, a repository or git', async () => {
  const { root, state } = await repository();
  const none = { a: undefined, b: undefined };
  expect(await state()).toEqual(none);
  await mkdir(join(root, '.git/objects'), { recursive: true });
  await writeFile(join(root, '.git/HEAD'), 'no such thing');
  expect(await state()).toEqual(none);
  const trees = [{ name: 'a', root: join(root, 'a') }];
  expect(await gitOf({ trees }, await onlyPrograms({}))).toEqual({ a: undefined });
});
