import { execFileSync } from 'node:child_process';
import { appendFileSync, truncateSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type TarSource, tarOf } from '../../../src/util/tar/files.js';
import { temporaryDirectory } from '../../support/workspace.js';

const source = (from: string, name: string, more: Partial<TarSource> = {}): TarSource => ({
  ...{
    from: join(from, name),
    path: Buffer.from(name),
    kind: 'file',
    mode: 0o640,
    uid: 0,
    gid: 0,
    mtime: 1_000_000_000_000,
  },
  ...more,
});

test('tarOf() packs files of any size, as GNU tar reads them', async () => {
  const [root, out] = [await temporaryDirectory('tree'), await temporaryDirectory('out')];
  const sizes = [0, 1, 511, 512, 513, 262_144 - 1_024, 262_144 - 512, 262_144, 262_145, 3_000_000];
  const contents = sizes.map((size, index) => Buffer.alloc(size, `${index}`));
  for (const [index, content] of contents.entries()) await writeFile(join(root, `f${index}`), content);
  await mkdir(join(root, 'd'));
  const sources = [
    source(root, 'd', { kind: 'dir', mode: 0o750 }),
    ...sizes.map((_, index) => source(root, `f${index}`)),
    source(root, 'l', { kind: 'link', linkTarget: Buffer.from('f1') }),
  ];
  execFileSync('tar', ['-x', '-C', out], { input: await buffer(Readable.from(tarOf(sources))) });
  for (const [index, content] of contents.entries())
    expect(execFileSync('cat', [join(out, `f${index}`)], { maxBuffer: 4_000_000 }).equals(content)).toBe(
      true,
    );
  const stats = execFileSync('stat', ['-c', '%a %Y %N', 'd', 'f1', 'l'], { cwd: out, encoding: 'utf8' });
  expect(stats).toBe("750 1000000000 'd'\n640 1000000000 'f1'\n777 1000000000 'l' -> 'f1'\n");
});

test('tarOf() fails for a file that became shorter, and takes of one that became longer what it was', async () => {
  const root = await temporaryDirectory('tree');
  const size = 1_000_000;
  for (const [change, expected] of [
    [() => truncateSync(join(root, 'f'), 10), undefined],
    [() => appendFileSync(join(root, 'f'), 'more'), size],
  ] as const) {
    await writeFile(join(root, 'f'), Buffer.alloc(size));
    const pieces = tarOf([source(root, 'f')]);
    await pieces.next();
    change();
    const rest = buffer(Readable.from(pieces));
    if (expected === undefined) await expect(rest).rejects.toThrow('became shorter');
    else expect((await rest).length).toBeGreaterThan(0);
  }
});

test('tarOf() follows no link, waits for no FIFO and reads no directory where a file was', async () => {
  const root = await temporaryDirectory('tree');
  await symlink('/etc/passwd', join(root, 'link'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
  await mkdir(join(root, 'directory'));
  for (const name of ['link', 'directory', 'fifo'])
    await expect(buffer(Readable.from(tarOf([source(root, name)])))).rejects.toThrow();
});
