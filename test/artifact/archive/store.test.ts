import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { storeArchive } from '../../../src/artifact/archive/store.js';
import {
  COMPRESSIONS,
  compress,
  directory,
  file,
  link,
  onlyPrograms,
  tarOf,
} from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const { signal } = new AbortController();
const MEMBERS = [directory('top'), file('top/a', 'some content\n'.repeat(5_000)), file('top/b', 'x')];

/** Chunks of 1000 bytes, as a container's stream is cut anywhere. */
function* chunks(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

const WAYS = [
  ...COMPRESSIONS.map((kind) => ({ way: `tar, .tar.${kind}`, kind, env: async () => process.env })),
  { way: 'no tar command, .tar.gz', kind: 'gz', env: () => onlyPrograms() },
];

describe.each(WAYS)('storeArchive() with $way', ({ kind, env }) => {
  const name = `alpha-1.0-0123456.tar.${kind}`;

  /** Stores over an older archive. */
  async function store(content: Readable, size: number) {
    const place = await temporaryDirectory('package');
    const target = join(place, '.nerves/archive');
    await writeFiles(target, { 'alpha-1.0-OLD.tar.gz': 'old', 'alpha-1.0-OLD.tar.gz.sha256': 'old' });
    const deps = { env: await env(), signal };
    const result = await storeArchive(content, { file: name, size, directory: target }, deps).catch((e) => e);
    expect(await readdir(dirname(target))).toEqual(['archive']);
    return { result, names: await readdir(target), target };
  }

  const old = ['alpha-1.0-OLD.tar.gz', 'alpha-1.0-OLD.tar.gz.sha256'];

  test('stores the archive and its .sha256, and nothing else', async () => {
    const bytes = compress(tarOf(MEMBERS), kind);
    const { result, names, target } = await store(Readable.from(chunks(bytes)), bytes.length);
    expect(names).toEqual([name, `${name}.sha256`]);
    expect(result.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect((await readFile(join(target, name))).equals(bytes)).toBe(true);
    expect(await readFile(join(target, `${name}.sha256`), 'utf8')).toBe(`${result.sha256}  ${name}\n`);
    expect(result).toMatchObject({ file: name, path: join(target, name), size: bytes.length });
  });

  test.each([
    ['ends early', -200],
    ['is longer', +1],
  ])('leaves nothing new when the content is %s than announced', async (_, difference) => {
    const bytes = compress(tarOf(MEMBERS), kind);
    const { result, names } = await store(Readable.from(chunks(bytes)), bytes.length - difference);
    expect(result.code).toBe('ARCHIVE_CORRUPT');
    expect(result.message).toContain(
      `${bytes.length} bytes came out of the container, not ${bytes.length - difference}`,
    );
    expect(names).toEqual(old);
  });

  test('leaves nothing new when the content breaks off, and blames the engine', async () => {
    const bytes = compress(tarOf(MEMBERS), kind);
    const broken = Readable.from(
      (function* () {
        yield bytes.subarray(0, 50);
        throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
      })(),
    );
    const { result, names } = await store(broken, bytes.length);
    expect(result.code).toBe('ENGINE_LOST');
    expect(result.message).toContain('aborted');
    expect(names).toEqual(old);
  });

  test('reports a stream that closes without an error as lost, too', async () => {
    const content = new Readable({ read() {} });
    content.push(compress(tarOf(MEMBERS), kind).subarray(0, 50));
    setImmediate(() => content.destroy());
    const { result, names } = await store(content, 1_000);
    expect(result.code).toBe('ENGINE_LOST');
    expect(names).toEqual(old);
  });

  test.each([
    ['a truncated one', (bytes: Buffer) => bytes.subarray(0, bytes.length - 30)],
    [
      'one with a wrong byte',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 40), Buffer.from('X'), bytes.subarray(41)]),
    ],
    ['none at all', () => Buffer.from('<html>')],
    [
      'a good compression of a damaged one',
      () => compress(Buffer.concat([tarOf(MEMBERS).subarray(0, 100), tarOf(MEMBERS).subarray(512)]), kind),
    ],
    ['a good compression of half of one', () => compress(tarOf(MEMBERS).subarray(0, 20_000), kind)],
    ['an empty file', () => Buffer.alloc(0)],
  ])('finds that %s is not a complete archive', async (_, damage) => {
    const bytes = damage(compress(tarOf(MEMBERS), kind));
    const { result, names } = await store(Readable.from([bytes]), bytes.length);
    expect(result.code).toBe('ARCHIVE_CORRUPT');
    expect(names).toEqual(old);
  });

  test.each([
    ['two directories', [...MEMBERS, file('other/x')], 'more than one entry at its top: top, other'],
    ['a file at its top', [file('top', 'x')], 'its only entry "top" is not a directory'],
    ['a link at its top', [link('top', 'x')], 'its only entry "top" is not a directory'],
  ])('an archive with %s is refused before anybody gets it', async (_, members, cause) => {
    const bytes = compress(tarOf(members), kind);
    const { result, names } = await store(Readable.from([bytes]), bytes.length);
    expect(result.code).toBe('ARCHIVE_CORRUPT');
    expect(result.message).toContain(cause);
    expect(names).toEqual(old);
  });

  test('accepts top names that begin with ./ and hold anything', async () => {
    const bytes = compress(tarOf([directory('./.'), directory('./größe [1]'), file('./größe [1]/x')]), kind);
    const { names } = await store(Readable.from([bytes]), bytes.length);
    expect(names).toEqual([name, `${name}.sha256`]);
  });

  test('keeps the old archive when interrupted', async () => {
    const place = await temporaryDirectory('package');
    await writeFiles(place, { 'archive/old': '' });
    const interrupt = new AbortController();
    const bytes = compress(tarOf(MEMBERS), kind);
    const content = Readable.from(
      (function* () {
        yield bytes.subarray(0, 50);
        interrupt.abort(new Error('interrupted'));
        yield bytes.subarray(50);
      })(),
    );
    const target = { file: name, size: bytes.length, directory: join(place, 'archive') };
    const deps = { env: await env(), signal: interrupt.signal };
    await expect(storeArchive(content, target, deps)).rejects.toThrow('interrupted');
    expect(await readdir(place)).toEqual(['archive']);
    expect(await readdir(join(place, 'archive'))).toEqual(['old']);
  });
});

test('storeArchive() refuses an .tar.xz without a tar command, as it cannot be verified', async () => {
  const place = await temporaryDirectory('package');
  const target = { file: 'a-0123456.tar.xz', size: 1, directory: join(place, 'archive') };
  const content = Readable.from([Buffer.from('x')]);
  const error = await storeArchive(content, target, { env: await onlyPrograms(), signal }).catch((e) => e);
  expect(error.message).toContain('no tar command is available to verify a .xz archive');
  expect(content.destroyed).toBe(true);
  expect(await readdir(place)).toEqual([]);
});

test('storeArchive() reports a directory that cannot be written as FILE_ACCESS', async () => {
  const place = await temporaryDirectory('package');
  await writeFiles(place, { file: '' });
  const target = { file: 'a-0123456.tar.gz', size: 1, directory: join(place, 'file/archive') };
  const error = await storeArchive(Readable.from([]), target, { env: process.env, signal }).catch((e) => e);
  expect(error).toMatchObject({ code: 'FILE_ACCESS', hint: 'Check who owns that file or directory.' });
});
