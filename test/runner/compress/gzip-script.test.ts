import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Compression } from '../../../src/runner/compress/compression.js';
import { gzipScript } from '../../../src/runner/compress/gzip-script.js';
import { temporaryDirectory } from '../../support/workspace.js';

/** A directory with our gzip, and one with programs that say how they were called; ours stands between it and the system's. */
async function programs(program: Compression['program']) {
  const root = await temporaryDirectory('gzip');
  const [ours, theirs] = [join(root, 'ours'), join(root, 'theirs')];
  const write = async (path: string, content: string) => {
    await writeFile(path, content);
    await chmod(path, 0o755);
  };
  await Promise.all([ours, theirs].map((path) => mkdir(path)));
  await write(join(ours, 'gzip'), gzipScript({ program, file: 'alpha-1.0-0123456.tar.gz' }));
  for (const name of ['pigz', 'zstd']) await write(join(theirs, name), `#!/bin/sh\necho ${name} "$@"\n`);
  const env = { PATH: [theirs, ours, process.env.PATH].join(delimiter) };
  return {
    used: join(ours, 'used'),
    run: (line: string, input: Buffer | string = '') =>
      execFileSync('sh', ['-c', line], { cwd: root, env, input }),
    read: (name: string) => readFileSync(join(root, name)),
  };
}

test.each([
  ['', 'pigz'],
  ['-9n', 'pigz -9n'],
  ['--best --rsyncable -c a.tar', 'pigz --best --rsyncable -c a.tar'],
])('gzipScript() of pigz runs it for `gzip %s`', async (args, said) => {
  const { run, read, used } = await programs('pigz');
  expect(run(`gzip ${args}`).toString()).toBe(`${said}\n`);
  expect(readFileSync(used, 'utf8')).toBe('pigz\n');
  run('gzip inner >inner.gz'); // all that it makes is gzip, whatever it is for
  expect(read('inner.gz').toString()).toBe('pigz inner\n');
});

test.each(['-d', '-cd', '--decompress', '-dc', '-t', '-l', '--version', '-S .x', '--suffix=.x'])(
  'gzipScript() leaves `gzip %s` to the gzip in the rest of PATH, and does not find itself there',
  async (args) => {
    for (const program of ['pigz', 'zstd'] as const) {
      const { run } = await programs(program);
      const output = run(`gzip ${args} >out.txt; cat >/dev/null; cat out.txt`, gzipSync('content'));
      expect(output.toString()).not.toMatch(/^(pigz|zstd)/);
      if (/^-(c?dc?|-dec.*)$/.test(args)) expect(output.toString()).toBe('content');
    }
  },
);

test('gzipScript() lets gunzip and zcat read gzip', async () => {
  const { run } = await programs('zstd');
  expect(run('gunzip; true', gzipSync('a')).toString()).toBe('a');
  expect(run('zcat', gzipSync('b')).toString()).toBe('b');
});

test('gzipScript() of zstd runs it for what goes into the archive, and for nothing else', async () => {
  const { run, read, used } = await programs('zstd');
  run('gzip -9n >inner.gz; echo inner | gzip -c | cat >alpha-1.0-0123456.tar.gz', 'inner');
  expect(gunzipSync(read('inner.gz')).toString()).toBe('inner');
  expect(gunzipSync(read('alpha-1.0-0123456.tar.gz')).toString()).toBe('inner\n');
  expect(() => readFileSync(used)).toThrow();
  run('gzip -9nc - "a b.tar" >alpha-1.0-0123456.tar.gz');
  expect(read('alpha-1.0-0123456.tar.gz').toString()).toBe('zstd -q -c -T0 a b.tar\n');
  expect(readFileSync(used, 'utf8')).toBe('zstd\n');
});
