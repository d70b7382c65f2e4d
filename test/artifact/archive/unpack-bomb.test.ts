import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { unpack } from '../../../src/artifact/archive/unpack.js';
import {
  compress,
  directory,
  file,
  type Member,
  onlyPrograms,
  storedArchive,
  tarOf,
} from '../../support/archives.js';
import { compile, runScript } from '../../support/compiled.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const MB = 1e6;
const CHECKSUM = 'A'.repeat(64);
const WAYS = [
  { way: 'tar', env: async () => process.env },
  { way: 'no tar command', env: () => onlyPrograms() },
];

/** Unpacks an archive, and prints by how many bytes the process grew at its peak. */
const UNPACK = `
  import { unpack } from './unpack.js';
  const [archive, directory, checksum, PATH] = process.argv.slice(2);
  const before = process.resourceUsage().maxRSS * 1024;
  const deps = { env: { PATH }, signal: new AbortController().signal };
  await unpack(JSON.parse(archive), directory, checksum, deps);
  console.log(process.resourceUsage().maxRSS * 1024 - before);
`;

let dist = '';
beforeAll(async () => {
  dist = await compile({ unpack: 'artifact/archive/unpack' });
}, 60_000);

/** An archive whose second member is, or claims to be, of this many bytes, all zero. */
function bomb(type: Member['type'], claimed: number, bytes = 0): Buffer {
  const [top, member, end] = [directory('top'), { path: 'top/rootfs', type }, file('top/end')];
  const tar = tarOf([top, { ...member, size: claimed }, end]);
  const zeros = Buffer.alloc(Math.ceil(bytes / 512) * 512);
  return Buffer.concat([tar.subarray(0, 1024), zeros, tar.subarray(1024)]);
}

test.each(WAYS)('unpack() unpacks 2 MB that become 400 MB in constant memory, with $way', async ({ env }) => {
  const archive = await storedArchive(gzipSync(bomb('File', 400 * MB, 400 * MB), { level: 1 }));
  expect(archive.size).toBeLessThan(2 * MB);
  const target = join(await temporaryDirectory('artifact'), 'alpha');
  const { PATH = '' } = await env();
  const { stdout, stderr } = await runScript(dist, UNPACK, [JSON.stringify(archive), target, CHECKSUM, PATH]);
  expect(stderr).toBe('');
  expect(Number(stdout)).toBeLessThan(100 * MB);
  expect((await readdir(target)).sort()).toEqual(['.archive_sha256', 'CHECKSUM', 'end', 'rootfs']);
});

test.each(WAYS.flatMap((way) => ['ExtendedHeader', 'NextFileHasLongPath'].map((type) => ({ ...way, type }))))(
  'unpack() refuses a $type of 7 GB before memory is allocated for it, with $way',
  async ({ env, type }) => {
    const archive = await storedArchive(compress(bomb(type as Member['type'], 7e9), 'gz'));
    const target = join(await temporaryDirectory('artifact'), 'alpha');
    await writeFiles(target, { old: 'old' });
    const unpacking = unpack(archive, target, CHECKSUM, {
      env: await env(),
      signal: new AbortController().signal,
    });
    await expect(unpacking).rejects.toThrow(/ARCHIVE_CORRUPT[\s\S]*(memory exhausted|Truncated input)/);
    expect(await readFile(join(target, 'old'), 'utf8')).toBe('old');
    expect(await readdir(dirname(target))).toEqual(['alpha']);
  },
);
