import { chown, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { trackedFiles } from '../../../src/artifact/checksum/tracked-files.js';
import { onlyPrograms } from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const ENV = { PATH: process.env.PATH, HOME: '/nonexistent' };

/** Runs git as itself, whatever the machine's configuration. */
async function git(cwd: string, ...args: string[]) {
  const config = ['user.name=t', 'user.email=t@t', 'init.defaultBranch=main', 'commit.gpgsign=false'];
  const env = { ...ENV, GIT_CONFIG_NOSYSTEM: '1' };
  return await execa('git', [...config.flatMap((pair) => ['-c', pair]), ...args], {
    cwd,
    env,
    extendEnv: false,
  });
}

async function repository(files: Record<string, string>): Promise<string> {
  const root = await temporaryDirectory('repository');
  await writeFiles(root, files);
  await git(root, 'init', '-q');
  return root;
}

async function commitAll(root: string): Promise<void> {
  await git(root, 'add', '-A');
  await git(root, 'commit', '-q', '-m', 'x');
}

const files = async (root: string, env: NodeJS.ProcessEnv = ENV) =>
  (await trackedFiles(root, env)).map((path) => relative(root, path));

describe('trackedFiles() in a git work tree', () => {
  test('includes the files of submodules, and of repositories that git does not know, but no .git', async () => {
    const library = await repository({ 'lib.c': '', '.gitignore': '*.o\n' });
    await commitAll(library);
    const root = await repository({ a: '' });
    await git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'sub/lib');
    await commitAll(root);
    await writeFiles(root, { 'sub/lib/x.o': '', 'sub/lib/new.c': '', 'own/b': '' });
    await git(join(root, 'own'), 'init', '-q');
    expect(await files(root)).toEqual([
      '.gitmodules',
      'a',
      'own/b',
      'sub/lib/.gitignore',
      'sub/lib/lib.c',
      'sub/lib/new.c',
    ]);
  });

  test('leaves out ignored files and includes untracked ones', async () => {
    const root = await repository({
      '.gitignore': '*.o\nout/\n',
      a: '',
      'x.o': '',
      'out/y': '',
      'dir/b': '',
    });
    await commitAll(root);
    await writeFiles(root, { untracked: '', 'dir/z.o': '' });
    expect(await files(root)).toEqual(['.gitignore', 'a', 'dir/b', 'untracked']);
  });

  test('includes a tracked file that is ignored, and leaves out a tracked one that is deleted', async () => {
    const root = await repository({ 'forced.o': '', deleted: '', moved: '' });
    await commitAll(root);
    await writeFile(join(root, '.gitignore'), '*.o\n');
    await rm(join(root, 'deleted'));
    await rename(join(root, 'moved'), join(root, 'moved-here'));
    expect(await files(root)).toEqual(['.gitignore', 'forced.o', 'moved-here']);
  });

  test('lists the files of a package below the top, by the rules from above', async () => {
    const root = await repository({
      '.gitignore': '*.o\n',
      'systems/a/x.c': '',
      'systems/a/x.o': '',
      other: '',
    });
    expect(await files(join(root, 'systems/a'))).toEqual(['x.c']);
  });

  test('never includes our own outputs, ignored or not', async () => {
    const root = await repository({ a: '', 'build.log': '', 'build.log.1': '', '.nerves/archive/x': '' });
    await writeFiles(root, { 'docs/build.log': '' });
    await commitAll(root);
    expect(await files(root)).toEqual(['a', 'docs/build.log']);
  });

  test('takes names of any kind', async () => {
    const names = ['größe', 'a b', 'new\nline', '"quoted"', 'back\\slash', '[x]', '-n', '*'];
    const root = await repository(Object.fromEntries(names.map((name) => [name, name])));
    await git(root, 'add', '-A');
    expect((await files(root)).sort()).toEqual([...names].sort());
  });

  test('sorts by code point, whatever git and the locale do', async () => {
    const root = await repository({
      b: '',
      B: '',
      'a/z': '',
      'a-b': '',
      a0: '',
      '\u{10000}': '',
      '\uffee': '',
    });
    const expected = ['B', 'a-b', 'a/z', 'a0', 'b', '\uffee', '\u{10000}'];
    expect(await files(root, { ...ENV, LC_ALL: 'de_DE.UTF-8' })).toEqual(expected);
  });

  test('includes links to files, but not links to directories or dangling ones', async () => {
    const root = await repository({ 'dir/file': '' });
    await symlink('dir/file', join(root, 'to-file'));
    await symlink('dir', join(root, 'to-dir'));
    await symlink('nowhere', join(root, 'dangling'));
    await commitAll(root);
    expect(await files(root)).toEqual(['dir/file', 'to-file']);
  });

  test('lists each file once in the middle of a merge', async () => {
    const root = await repository({ a: 'base' });
    await commitAll(root);
    await git(root, 'checkout', '-q', '-b', 'side');
    await writeFile(join(root, 'a'), 'side');
    await commitAll(root);
    await git(root, 'checkout', '-q', 'main');
    await writeFile(join(root, 'a'), 'main');
    await commitAll(root);
    await git(root, 'merge', 'side').catch(() => {});
    expect((await git(root, 'ls-files')).stdout.split('\n')).toHaveLength(3);
    expect(await files(root)).toEqual(['a']);
  });

  test('includes the files of a repository inside, which is copied with the rest', async () => {
    const root = await repository({ a: '', 'inner/x': '' });
    await git(join(root, 'inner'), 'init', '-q');
    await commitAll(join(root, 'inner'));
    await commitAll(root);
    expect(await files(root)).toEqual(['a', 'inner/x']);
  });

  test("ignores git's variables of the caller, as in a hook", async () => {
    const root = await repository({ a: '' });
    const other = await repository({ b: '' });
    expect(await files(root, { ...ENV, GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other })).toEqual(['a']);
  });

  test('reads a checkout that another user owns, as in CI containers', async () => {
    const root = await repository({ '.gitignore': '*.o\n', a: '', 'x.o': '' });
    if (process.getuid?.() === 0) await chown(root, 65534, 65534);
    expect(await files(root)).toEqual(['.gitignore', 'a']);
  });

  test('reads a git worktree, which has a file for .git', async () => {
    const root = await repository({ a: '' });
    await commitAll(root);
    const tree = join(await temporaryDirectory('worktree'), 'tree');
    await git(root, 'worktree', 'add', '-q', tree);
    await writeFiles(tree, { b: '' });
    expect(await files(tree)).toEqual(['a', 'b']);
  });
});

describe('trackedFiles() outside of git', () => {
  const FILES = { a: '', '.hidden/b': '', 'node_modules/m/x': '', 'dir/node_modules/y': '', '.nerves/z': '' };

  test('lists all files but node_modules and our own outputs', async () => {
    const root = await temporaryDirectory('package');
    await writeFiles(root, { ...FILES, 'build.log': '' });
    await mkdir(join(root, 'empty'));
    expect(await files(root)).toEqual(['.hidden/b', 'a']);
  });

  test('lists the same without a git command', async () => {
    const root = await temporaryDirectory('package');
    await writeFiles(root, FILES);
    expect(await files(root, await onlyPrograms())).toEqual(['.hidden/b', 'a']);
  });

  test('does not pass options that an old git does not know', async () => {
    const root = await repository({ '.gitignore': '*.o\n', 'x.o': '' });
    const real = (await execa('which', ['git'])).stdout;
    // git 2.25, of Ubuntu 20.04
    const old = `case "$*" in *--deduplicate*) echo "unknown option" >&2; exit 129;; esac; exec ${real} "$@"`;
    expect(await files(root, { ...ENV, ...(await onlyPrograms({ git: old })) })).toEqual(['.gitignore']);
  });

  test('lists nothing for an empty package', async () => {
    const root = await temporaryDirectory('package');
    expect(await files(root)).toEqual([]);
    expect(await readdir(root)).toEqual([]);
  });
});
