import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { file, tarOf } from '../../support/archives.js';
import { compile, runScript } from '../../support/compiled.js';
import { temporaryDirectory } from '../../support/workspace.js';

const MB = 1e6;

/** Stores a .tar.gz of 300 MB, made on the way, and prints by how many bytes the process grew at its peak. */
const STORE = `
  import { createGzip } from 'node:zlib';
  import { Readable } from 'node:stream';
  import { storeArchive } from './store.js';
  const [headers, directory, PATH] = process.argv.slice(2);
  const chunk = Buffer.alloc(500_000, 'x');
  function* tar() {
    yield Buffer.from(headers, 'hex');
    for (let sent = 0; sent < 600; sent++) yield chunk;
    yield Buffer.alloc(512 - (600 * 500_000) % 512 + 1024);
  }
  const gzip = () => Readable.from(tar()).pipe(createGzip({ level: 0 }));
  let size = 0;
  for await (const data of gzip()) size += data.length;
  const before = process.resourceUsage().maxRSS * 1024;
  const deps = { env: { PATH }, signal: new AbortController().signal };
  await storeArchive(gzip(), { file: 'a-0123456.tar.gz', size, directory }, deps);
  console.log(JSON.stringify({ size, growth: process.resourceUsage().maxRSS * 1024 - before }));
`;

let dist = '';
beforeAll(async () => {
  dist = await compile({ store: 'artifact/archive/store' });
}, 60_000);

/** A tar header that says 300 MB, without them. */
function header(): Buffer {
  const block = tarOf([file('top/rootfs')]).subarray(0, 512);
  block.write(`${(300 * MB).toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('        ', 148, 'latin1');
  const sum = block.reduce((a, b) => a + b, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

test.each(['tar', 'no tar command'])(
  'storeArchive() stores and verifies 300 MB in constant memory, with %s',
  async (way) => {
    const directory = join(await temporaryDirectory('package'), 'archive');
    const path = way === 'tar' ? (process.env.PATH ?? '') : '';
    const { stdout, stderr } = await runScript(dist, STORE, [header().toString('hex'), directory, path]);
    expect(stderr).toBe('');
    const { size, growth } = JSON.parse(String(stdout));
    expect(size).toBeGreaterThan(300 * MB);
    expect(growth).toBeLessThan(100 * MB);
    expect(await readdir(directory)).toHaveLength(2);
  },
  120_000,
);
