import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compile } from '../support/compiled.js';
import { type Files, temporaryDirectory, writeFiles } from '../support/workspace.js';

let program = '';
let directory = '';
beforeAll(async () => {
  program = join(await compile({ 'hash-directory': 'plugin/hash-directory' }), 'hash-directory.js');
}, 60_000);

beforeEach(async () => {
  directory = join(await temporaryDirectory('platform'), 'nerves_system_br');
  await writeFiles(directory, { VERSION: '1\n', 'patches/buildroot/a.patch': 'a\n', 'b c': '' });
  await symlink('VERSION', join(directory, 'link'));
});

const hash = async () => (await execa(process.execPath, [program, directory])).stdout;
const write = (files: Files) => writeFiles(directory, files);

test('hash-directory prints 64 hex digits, the same each time', async () => {
  expect(await hash()).toMatch(/^[0-9a-f]{64}$/);
  expect(await hash()).toBe(await hash());
});

describe('hash-directory prints another hash after', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a changed file', () => write({ VERSION: '2\n' })],
    ['a changed file further down', () => write({ 'patches/buildroot/a.patch': 'b\n' })],
    ['a new file', () => write({ new: '' })],
    ['a file is gone', () => rm(join(directory, 'b c'))],
    [
      'a link that leads elsewhere',
      () => rm(join(directory, 'link')).then(() => symlink('x', join(directory, 'link'))),
    ],
    [
      'a file that moves into a directory',
      () => rm(join(directory, 'b c')).then(() => write({ 'patches/b c': '' })),
    ],
  ])('%s', async (_, change) => {
    const before = await hash();
    await change();
    expect(await hash()).not.toBe(before);
  });
});

describe('hash-directory prints the same hash after', () => {
  test.each<[string, Files]>([
    ['a build', { 'build.log': 'x', 'build.log.1': 'x', '.nerves/archive/x': 'x', 'sub/.nerves/x': '' }],
    ['Buildroot was unpacked', { 'buildroot-2025.05/Makefile': 'x', 'buildroot-2025.05.tar.gz': 'x' }],
  ])('%s', async (_, files) => {
    await write({ 'sub/x': '' });
    const before = await hash();
    await write(files);
    expect(await hash()).toBe(before);
  });

  test('but not of another platform, of which nobody knows that it unpacks', async () => {
    directory = join(directory, 'patches');
    const before = await hash();
    await write({ 'buildroot/b.patch': 'b\n' });
    expect(await hash()).not.toBe(before);
  });
});
