import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { DockerfileBuild } from '../../../src/backend/plans.js';
import { contentHash } from '../../../src/sources/context/content-hash.js';
import { contextFiles } from '../../../src/sources/context/files.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

let source: DockerfileBuild;
const at = (name: string) => join(source.context, name);
const hash = async (more: Partial<DockerfileBuild> = {}) => {
  const whole = { ...source, ...more };
  return await contentHash(whole, await contextFiles(whole));
};

beforeEach(async () => {
  const root = await temporaryDirectory('context');
  const files = {
    Dockerfile: 'FROM scratch\nCOPY . /\n',
    a: 'ab',
    b: 'c',
    'dir/x': '',
    '.dockerignore': 'ignored\n',
  };
  await writeFiles(root, files);
  await symlink('a', join(root, 'link'));
  source = { dockerfile: join(root, 'Dockerfile'), context: root, contextGiven: false };
});

test.each<[string, () => Promise<unknown>]>([
  ['the content of a file', () => writeFile(at('a'), 'ac')],
  ['a byte that moves from a file to the next', () => writeFiles(source.context, { a: 'a', b: 'bc' })],
  ['the mode of a file', () => chmod(at('a'), 0o755)],
  ['a mode that only its owner sees', () => chmod(at('a'), 0o600)],
  ['the mode of a directory', () => chmod(at('dir'), 0o700)],
  ['the target of a link', () => rm(at('link')).then(() => symlink('b', at('link')))],
  ['a link in the place of a file', () => rm(at('a')).then(() => symlink('b', at('a')))],
  ['the name of a file', () => rename(at('a'), at('aa'))],
  ['a new file', () => writeFile(at('new'), '')],
  ['a new directory', () => mkdir(at('empty'))],
  [
    'a file in the place of a directory',
    () => rm(at('dir'), { recursive: true }).then(() => writeFile(at('dir'), '')),
  ],
  ['the rules of .dockerignore', () => writeFile(at('.dockerignore'), 'a\n')],
  ['the Dockerfile', () => writeFile(at('Dockerfile'), 'FROM scratch\nCOPY . /x\n')],
])('%s changes the hash', async (_, change) => {
  const before = await hash();
  await change();
  expect(await hash()).not.toBe(before);
});

test('a context of many files makes no warning of Node', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  for (let number = 0; number < 20; number++) await writeFile(at(`file-${number}`), 'content');
  await hash();
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});

test.each(['["b",420,null]y', '["b",420,null,1]y'])(
  'a file that ends as the next one would begin is not taken for two',
  async (end) => {
    await writeFiles(source.context, { a: 'x', b: 'y' });
    const two = await hash();
    await writeFiles(source.context, { a: `x${end}` });
    await rm(at('b'));
    expect(await hash()).not.toBe(two);
  },
);

test('build arguments, target and platform change the hash, each in its own way', async () => {
  const all: Partial<DockerfileBuild>[] = [
    {},
    { build_args: { A: '1' } },
    { build_args: { A: '2' } },
    { build_args: { B: '1' } },
    { build_args: { A: '1', B: '1' } },
    { target: 'A' },
    { platform: 'A' },
  ];
  const hashes = await Promise.all(all.map(hash));
  expect(new Set(hashes).size).toBe(all.length);
});

test.each<[string, () => Promise<unknown>]>([
  ['time alone', () => utimes(at('a'), 1, 1)],
  ['an ignored file', () => writeFile(at('ignored'), 'x')],
  ['our own outputs', () => writeFiles(source.context, { '.nerves/x': '', 'build.log': 'x' })],
])('%s is no reason for a new image', async (_, change) => {
  const before = await hash();
  await change();
  expect(await hash()).toBe(before);
});

test('the order of build arguments does not matter, and none is the same as an empty list', async () => {
  expect(await hash({ build_args: { B: '1', A: '2' } })).toBe(await hash({ build_args: { A: '2', B: '1' } }));
  expect(await hash({ build_args: {} })).toBe(await hash());
});

test('without COPY and ADD an edited source file does not rebuild the image', async () => {
  await writeFile(at('Dockerfile'), 'FROM scratch\nENV A=b\n');
  const before = await hash();
  await writeFile(at('a'), 'edited');
  expect(await hash()).toBe(before);
});

test('a Dockerfile outside of the context counts, and so does the context', async () => {
  const elsewhere = join(await temporaryDirectory('dockerfile'), 'Dockerfile');
  await writeFile(elsewhere, 'FROM scratch\nCOPY a /\n');
  const outside = { dockerfile: elsewhere, contextGiven: true };
  const before = await hash(outside);
  await writeFile(elsewhere, 'FROM scratch\nCOPY b /\n');
  const edited = await hash(outside);
  expect(edited).not.toBe(before);
  await writeFile(at('a'), 'edited');
  expect(await hash(outside)).not.toBe(edited);
});

test('the place of the context on this machine does not matter', async () => {
  const before = await hash();
  const moved = join(await temporaryDirectory('moved'), 'context');
  await rename(source.context, moved);
  await mkdir(source.context);
  expect(await hash({ context: moved, dockerfile: join(moved, 'Dockerfile') })).toBe(before);
});
