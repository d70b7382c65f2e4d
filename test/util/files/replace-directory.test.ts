import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { replaceDirectory } from '../../../src/util/files/replace-directory.js';
import { processTag } from '../../../src/util/process-identity.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

/** Fills a directory with `names`, whose content is `text`. */
const fillWith =
  (text: string, names = ['a', 'b', 'z']) =>
  async (directory: string) => {
    for (const name of names) await writeFile(join(directory, name), text);
    return directory;
  };

test('replaceDirectory(): what was there is gone, and nothing is left beside it', async () => {
  const place = await temporaryDirectory('place');
  await writeFiles(place, { 'target/old': 'x', 'other/file': 'y' });
  await replaceDirectory(join(place, 'target'), fillWith('new'));
  expect(await readdir(join(place, 'target'))).toEqual(['a', 'b', 'z']);
  expect((await readdir(place)).sort()).toEqual(['other', 'target']);
});

test('replaceDirectory(): its parents are made', async () => {
  const target = join(await temporaryDirectory('place'), 'x/y/target');
  await replaceDirectory(target, fillWith('new'));
  expect(await readdir(target)).toEqual(['a', 'b', 'z']);
});

test('replaceDirectory(): a directory inside of the new one can take the place', async () => {
  const place = await temporaryDirectory('place');
  await replaceDirectory(join(place, 'target'), async (fresh) => {
    await mkdir(join(fresh, 'top'));
    return await fillWith('new')(join(fresh, 'top'));
  });
  expect(await readdir(join(place, 'target'))).toEqual(['a', 'b', 'z']);
  expect(await readdir(place)).toEqual(['target']);
});

test('replaceDirectory(): the new one is made on the file system of the target, beside it', async () => {
  const place = await temporaryDirectory('place');
  await replaceDirectory(join(place, 'target'), async (fresh) => {
    expect(fresh.startsWith(`${place}/.target.${processTag()}-`)).toBe(true);
    return fresh;
  });
});

test('replaceDirectory(): when the filling fails the old one stays, and nothing is left beside it', async () => {
  const place = await temporaryDirectory('place');
  await writeFiles(place, { 'target/old': 'x' });
  const failing = replaceDirectory(join(place, 'target'), async (fresh) => {
    await fillWith('half')(fresh);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await readdir(join(place, 'target'))).toEqual(['old']);
  expect(await readdir(place)).toEqual(['target']);
});

test('replaceDirectory(): a file or a link in its place is replaced', async () => {
  const place = await temporaryDirectory('place');
  await writeFiles(place, { file: 'x', 'real/file': 'y' });
  await symlink('real', join(place, 'link'));
  await replaceDirectory(join(place, 'file'), fillWith('new'));
  await replaceDirectory(join(place, 'link'), fillWith('new'));
  expect(await readdir(join(place, 'file'))).toEqual(['a', 'b', 'z']);
  expect(await readdir(join(place, 'real'))).toEqual(['file']);
  expect((await readdir(place)).sort()).toEqual(['file', 'link', 'real']);
});

test('replaceDirectory(): a reader that polls throughout sees a whole directory or none', async () => {
  const target = join(await temporaryDirectory('place'), 'target');
  await replaceDirectory(target, fillWith('0'));
  let over = false;
  let looks = 0;
  const reader = (async () => {
    const inode = async () => (await stat(target).catch(() => undefined))?.ino;
    while (!over) {
      const before = await inode();
      const last = await readFile(join(target, 'z'), 'utf8').catch(() => undefined);
      if (before !== undefined && before === (await inode())) {
        expect(last, 'the file that is written last').toBeDefined();
        looks++;
      }
    }
  })();
  for (let round = 1; round <= 150; round++) await replaceDirectory(target, fillWith(String(round)));
  over = true;
  await reader;
  expect(looks).toBeGreaterThan(10);
});

test('replaceDirectory(): of many replacers at once each succeeds, and one whole directory stays', async () => {
  const place = await temporaryDirectory('place');
  const target = join(place, 'target');
  const texts = Array.from({ length: 24 }, (_, n) => `writer ${n}`);
  await Promise.all(texts.map((text) => replaceDirectory(target, fillWith(text))));
  const contents = await Promise.all(['a', 'b', 'z'].map((name) => readFile(join(target, name), 'utf8')));
  expect(new Set(contents).size).toBe(1);
  expect(texts).toContain(contents[0]);
  expect(await readdir(place)).toEqual(['target']);
});

describe('replaceDirectory(): what a killed process left beside the target', () => {
  const leftover = (tag: string, kind: string, name = 'alpha-1.0') => `.${name}.${tag}-0123abcd.${kind}`;

  async function deadTag(): Promise<string> {
    const child = execa('sleep', ['60'], { reject: false });
    const tag = processTag(child.pid);
    child.kill();
    await child;
    return tag;
  }

  test('is removed when the process is dead', async () => {
    const place = await temporaryDirectory('place');
    const tag = await deadTag();
    for (const kind of ['new', 'old']) await writeFiles(place, { [`${leftover(tag, kind)}/file`]: 'x' });
    await replaceDirectory(join(place, 'alpha-1.0'), fillWith('new'));
    expect(await readdir(place)).toEqual(['alpha-1.0']);
  });

  test('stays when the process lives, whoever it belongs to', async () => {
    const place = await temporaryDirectory('place');
    const child = execa('sleep', ['60'], { reject: false });
    onTestFinished(() => void child.kill());
    const names = [leftover(processTag(child.pid), 'new'), leftover(processTag(1), 'old')];
    for (const name of names) await writeFiles(place, { [`${name}/file`]: 'x' });
    await replaceDirectory(join(place, 'alpha-1.0'), fillWith('new'));
    expect((await readdir(place)).sort()).toEqual([...names, 'alpha-1.0'].sort());
  });

  test('is removed when its number is another process by now', async () => {
    const place = await temporaryDirectory('place');
    const [where] = processTag().split('-');
    await writeFiles(place, { [`${leftover(`${where}-${process.pid}-1`, 'new')}/file`]: 'x' });
    await replaceDirectory(join(place, 'alpha-1.0'), fillWith('new'));
    expect(await readdir(place)).toEqual(['alpha-1.0']);
  });

  test('stays when it is of another host or container, whose process of that number nobody here knows', async () => {
    const place = await temporaryDirectory('place');
    const [fresh, old] = ['0a1b2c3d-999999999-7', '0a1b2c3d-999999998-7'].map((tag) => leftover(tag, 'new'));
    for (const name of [fresh, old]) await writeFiles(place, { [`${name}/file`]: 'x' });
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(join(place, old ?? ''), yesterday, yesterday);
    await replaceDirectory(join(place, 'alpha-1.0'), fillWith('new'));
    expect((await readdir(place)).sort()).toEqual([fresh, 'alpha-1.0'].sort());
  });

  test('stays when it is of another target, also of one whose name is alike', async () => {
    const place = await temporaryDirectory('place');
    const tag = await deadTag();
    const names = [
      leftover(tag, 'new', 'alpha-1x0'),
      leftover(tag, 'new', 'alpha-1.0.1'),
      leftover(tag, 'mine'),
      `.alpha-1.0.${tag}.new`,
      'alpha-1.0.bak',
    ];
    for (const name of names) await writeFiles(place, { [`${name}/file`]: 'x' });
    await replaceDirectory(join(place, 'alpha-1.0'), fillWith('new'));
    expect((await readdir(place)).sort()).toEqual([...names, 'alpha-1.0'].sort());
  });
});
