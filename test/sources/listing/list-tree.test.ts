import { rmSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { compareTrees } from '../../../src/sources/compare-trees.js';
import { listTree } from '../../../src/sources/listing/list-tree.js';
import { bytesOfListing, listingFrom } from '../../../src/sources/listing/remembered.js';
import type { Tree } from '../../../src/sources/tree.js';
import { treeOf } from '../../../src/sources/tree-builder.js';
import { entriesOf, sha256, tree as treeFrom } from '../../support/trees.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const { signal } = new AbortController();

const list = async (root: string, known = treeFrom()) => (await listTree(root, { tree: known }, signal)).tree;

describe('listTree()', () => {
  test('lists files, directories and links, parents first', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { 'b/c/file': 'x', a: { content: '', mode: 0o755 } });
    await symlink('/abs', join(root, 'link'));
    await mkdir(join(root, 'empty'));
    const tree = await list(root);
    expect(tree.paths).toEqual(['a', 'b', 'b/c', 'b/c/file', 'empty', 'link']);
    expect(tree.get('a')).toMatchObject({ kind: 'file', mode: 0o755, size: 0 });
    expect(tree.get('b/c/file')?.content).toBe(
      '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    );
    expect(tree.get('link')).toEqual({ kind: 'link', mode: 0o777, content: '/abs' });
  });

  test('leaves out our own outputs and what belongs to tools of the host, at the top', async () => {
    const root = await temporaryDirectory('tree');
    const names = ['.nerves/x', 'build.log', 'build.log.1', '.git/HEAD', '.nx/cache/1', 'node_modules/x'];
    await writeFiles(root, Object.fromEntries([...names, 'deps/x', '_build/x'].map((name) => [name, ''])));
    expect((await list(root)).paths).toEqual(['_build', '_build/x', 'deps', 'deps/x']);
    await writeFiles(root, { 'mix.exs': '' });
    expect((await list(root)).paths).toEqual(['mix.exs']);
  });

  test('keeps such names further down, where they are part of an overlay', async () => {
    const root = await temporaryDirectory('tree');
    const names = [
      'usr/lib/node_modules/npm.js',
      'var/build.log',
      'srv/deps/x',
      'a/package.json',
      'a/node_modules/x',
    ];
    await writeFiles(root, Object.fromEntries(names.map((name) => [name, ''])));
    expect((await list(root)).paths).toEqual(expect.arrayContaining(names));
  });

  test('leaves out what other packages have where the tree is a complete workspace', async () => {
    const root = await temporaryDirectory('tree');
    const kept = [
      'nx.json',
      'package.json',
      'source.txt',
      'systems/b/package.json',
      'systems/b/src/x',
      'usr/node_modules/y',
    ];
    const out = [
      ...['.nx/cache/1/alpha.tar.gz', '.git/HEAD', 'node_modules/a/b', '.nerves/archive/x', 'build.log'],
      ...['systems/b/.nerves/x', 'systems/b/build.log', 'systems/b/node_modules/x', 'systems/c/.git/HEAD'],
      ...['dist/b/.archive_sha256', 'dist/b/images/rootfs', 'dist/c/.docker_id', 'dist/d/.docker_id.debug'],
    ];
    await writeFiles(root, Object.fromEntries([...kept, ...out].map((name) => [name, ''])));
    const files = entriesOf(await list(root)).filter(([, { kind }]) => kind === 'file');
    expect(files.map(([path]) => path).sort()).toEqual([...kept].sort());
  });

  test('leaves out a directory that holds nothing else, as it comes and goes, but not an empty one', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { 'dist/a/.archive_sha256': '', 'sub/.git/HEAD': '' });
    await mkdir(join(root, 'empty'));
    expect((await list(root)).paths).toEqual(['empty']);
  });

  test('leaves out what the package nerves_system_br unpacks beside itself, whatever its directory is called', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, {
      'buildroot-2024.1/Makefile': '',
      'buildroot.tar.gz': '',
      'create-build.sh': '',
    });
    const kept = async () => (await list(root)).paths;
    expect(await kept()).toContain('buildroot-2024.1/Makefile');
    await writeFiles(root, {
      'mix.exs': 'defmodule B do\n  def project, do: [app: :nerves_system_br]\nend\n',
    });
    expect(await kept()).toEqual(['create-build.sh', 'mix.exs']);
  });

  test('lists names that are not UTF-8, and links to them', async () => {
    const root = await temporaryDirectory('tree');
    const path = (bytes: number[]) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(bytes)]);
    await mkdir(path([0x64, 0xff]));
    await writeFile(path([0x64, 0xff, 0x2f, 0x66, 0xc3]), 'x');
    await symlink(Buffer.from([0x64, 0xff]), path([0x6c, 0xfe]));
    const tree = JSON.parse(JSON.stringify(Object.fromEntries(await list(root))));
    expect(Object.keys(tree)).toEqual(['d\udcff', 'd\udcff/f\udcc3', 'l\udcfe']);
    expect(tree['d\udcff/f\udcc3'].content).toMatch(/^2d711642/);
    expect(tree['l\udcfe'].content).toBe('d\udcff');
  });

  test('lists again when files vanish meanwhile', async () => {
    const root = await temporaryDirectory('tree');
    const names = Array.from({ length: 3_000 }, (_, n) => `f${n}`);
    await writeFiles(root, Object.fromEntries(names.map((name) => [name, name])));
    const listing = list(root);
    for (const name of names.slice(100)) rmSync(join(root, name)); // between two turns of the listing
    expect([...(await listing).paths].sort()).toEqual(names.slice(0, 100).sort());
  });

  test('takes the same hashes from threads as from its own, and reports what they cannot read', async () => {
    const root = await temporaryDirectory('tree');
    const names = Array.from({ length: 1_600 }, (_, n) => `f${n}`);
    await writeFiles(root, Object.fromEntries(names.map((name) => [name, name])));
    const tree = await list(root);
    const sums = await execa('sha256sum', names, { cwd: root });
    const expected = Object.fromEntries(sums.stdout.split('\n').map((line) => line.split('  ').reverse()));
    expect(Object.fromEntries(entriesOf(tree).map(([path, { content }]) => [path, content]))).toEqual(
      expected,
    );
  });

  test('leaves out FIFOs and sockets, which would hang a reader', async () => {
    const root = await temporaryDirectory('tree');
    await execa('mkfifo', [join(root, 'fifo')]);
    await writeFiles(root, { file: '' });
    expect((await list(root)).paths).toEqual(['file']);
  });

  test('reads again only what has another size or time', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { same: 'x', edited: 'x', resized: 'x' });
    for (const name of ['same', 'edited', 'resized']) await utimes(join(root, name), 1, 1);
    const content = sha256('known');
    const known = treeOf(entriesOf(await list(root)).map(([path, entry]) => [path, { ...entry, content }]));
    await writeFile(join(root, 'edited'), 'y');
    await writeFile(join(root, 'resized'), 'xx');
    await utimes(join(root, 'resized'), 1, 1);
    const tree = await list(root, known);
    expect(tree.get('same')?.content).toBe(content);
    expect(tree.get('edited')?.content).toBe(sha256('y'));
    expect(tree.get('resized')?.content).toBe(sha256('xx'));
  });

  const remembered = (tree: Tree) => listingFrom(bytesOfListing({ tree })) ?? { tree: treeFrom() };

  test('gives what is remembered, itself, where nothing differs from it', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { 'b/c/file': 'x', a: { content: '', mode: 0o755 }, 'sub/.git/HEAD': '' });
    await symlink('target', join(root, 'link'));
    await mkdir(join(root, 'empty'));
    for (const numbered of [false, true]) {
      if (numbered) await writeFiles(root, { z: '', '10': '', '9/x': '' }); // an object has these first
      const known = remembered(await list(root));
      expect(await listTree(root, known, signal)).toBe(known);
    }
  });

  test.each<[string, (root: string) => Promise<unknown>]>([
    ['content', (root) => writeFile(join(root, 'c'), 'y')],
    ['mode', (root) => chmod(join(root, 'c'), 0o600)],
    ['mode of a directory', (root) => chmod(join(root, 'b'), 0o700)],
    ['time', (root) => utimes(join(root, 'c'), 1, 1)],
    ['target', (root) => rm(join(root, 'm')).then(() => symlink('other', join(root, 'm')))],
    ['a link for a file', (root) => rm(join(root, 'c')).then(() => symlink('x', join(root, 'c')))],
    ['a new file', (root) => writeFile(join(root, 'b/new'), '')],
    ['a new last file', (root) => writeFile(join(root, 'zz'), '')],
    ['the first file is gone', (root) => rm(join(root, 'a'))],
    ['the last file is gone', (root) => rm(join(root, 'z'))],
    ['a directory becomes empty', (root) => rm(join(root, 'b/d/e'))],
    ['a directory is left out now', (root) => writeFile(join(root, 'b/.archive_sha256'), '')],
  ])('sees the difference to what is remembered: %s', async (_, change) => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { a: '', 'b/d/e': '', c: 'x', z: '', '7': '' });
    for (const name of ['l', 'm']) await symlink(name, join(root, name));
    const known = remembered(await list(root));
    await change(root);
    const { tree } = await listTree(root, known, signal);
    expect(entriesOf(tree)).toEqual(entriesOf(await list(root)));
    expect(entriesOf(tree)).not.toEqual(entriesOf(known.tree));
  });

  test('sees the same with a thread that looks ahead, whatever became of a large tree meanwhile', async () => {
    const root = await temporaryDirectory('tree');
    const names = Array.from({ length: 15_100 }, (_, n) => `d${n % 7}/e${n % 90}/f${n}`);
    await writeFiles(root, Object.fromEntries(names.map((name) => [name, name.slice(-1)])));
    await symlink('target', join(root, 'd0/link'));
    await symlink(Buffer.from([0xff]), join(root, 'd1/link'));
    for (const empty of ['', 'd3/\uFFFD']) await mkdir(join(root, empty), { recursive: true });
    const known = remembered(await list(root));
    expect(await listTree(root, known, signal, { isAlone: true })).toBe(known);
    await writeFiles(root, {
      'd0/e0/f0': 'edited',
      'd0/new': '',
      'd2/new/below': '',
      'd6/e6/.archive_sha256': '',
    });
    await rm(join(root, 'd0/link'));
    await symlink('elsewhere', join(root, 'd0/link'));
    await rm(join(root, 'd4'), { recursive: true });
    await symlink('d2', join(root, 'd4'));
    await rm(join(root, 'd5'), { recursive: true });
    await chmod(join(root, 'd2'), 0o700);
    await writeFile(Buffer.concat([Buffer.from(`${root}/d3/`), Buffer.from([0xff])]), '');
    const now = await list(root);
    const { tree } = await listTree(root, known, signal, { isAlone: true });
    expect(entriesOf(tree)).toEqual(entriesOf(now));
  });

  test('accepts names that mean something to JavaScript', async () => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { constructor: '', '__proto__/x': '', '1': '', '01/2': '' });
    const tree = await list(root);
    expect(tree.paths).toEqual(['01', '01/2', '1', '__proto__', '__proto__/x', 'constructor']);
    const again = await list(root, tree);
    expect(compareTrees(tree, again)).toEqual({ changed: [], removed: [] });
  });

  test('ends when it is interrupted', async () => {
    const interrupted = AbortSignal.abort(new Error('interrupted by SIGINT'));
    await expect(listTree('/', { tree: treeFrom() }, interrupted)).rejects.toThrow('interrupted by SIGINT');
  });

  test('reports a directory that cannot be read as FILE_ACCESS', async () => {
    await expect(list('/nowhere')).rejects.toMatchObject({
      code: 'FILE_ACCESS',
      message: expect.stringContaining('could not read /nowhere: ENOENT'),
    });
  });
});
