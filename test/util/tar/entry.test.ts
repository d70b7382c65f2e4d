import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { TAR_END, tarEntry, tarHeader } from '../../../src/util/tar/entry.js';

describe.each([
  ['of a usual name', 'alpha.json'],
  ['of a name that a plain header just takes', 'n'.repeat(99)],
  ['of one that it does not', `${'d'.repeat(49)}/${'n'.repeat(50)}`],
  ['of a longer one', `${'n'.repeat(150)}-ä.json`],
])('tarEntry(): a file %s', (_, name) => {
  test.each([0, 1, 511, 512, 513, 100_000])('of %i bytes is what GNU tar reads', (size) => {
    const content = Buffer.alloc(size, 'x');
    const parts = [content.subarray(0, 300), content.subarray(300)];
    const input = Buffer.concat([...tarEntry(name, parts), TAR_END]);
    const env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
    const list = execFileSync('tar', ['-tv', '--numeric-owner', '--quoting-style=literal', '-f', '-'], {
      ...{ input, env },
      encoding: 'utf8',
    });
    expect(list.replace(/ +/g, ' ')).toBe(`-rw-r--r-- 0/0 ${size} 1970-01-01 00:00 ${name}\n`);
    expect(execFileSync('tar', ['-xO', '-f', '-'], { input, env }).equals(content)).toBe(true);
  });
});

test.each([
  [
    'an owner of eight octal digits',
    { uid: 2_097_152, gid: 4_000_000_000 },
    '-rw-r--r-- 2097152/4000000000 0',
  ],
  ['a time before 1970', { mtime: -86_400_000 }, '1969-12-31 00:00'],
  [
    'a link to a longer name',
    { kind: 'link', linkTarget: Buffer.from('t'.repeat(200)) },
    `n -> ${'t'.repeat(200)}`,
  ],
  ['a directory with all bits', { kind: 'dir', mode: 0o7755 }, 'drwsr-sr-t'],
] as const)('tarHeader(): %s is what GNU tar reads', (_, about, expected) => {
  const usual = { path: Buffer.from('n'), kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 0 } as const;
  const input = Buffer.concat([tarHeader({ ...usual, ...about }), TAR_END]);
  const env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const list = execFileSync('tar', ['-tv', '--numeric-owner', '-f', '-'], { input, env, encoding: 'utf8' });
  expect(list.replace(/ +/g, ' ')).toContain(expected);
});

test('tarHeader(): a size of more than 8 GiB is what GNU tar reads', () => {
  const about = {
    path: Buffer.from('n'),
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 2 ** 33 + 1,
  } as const;
  const { stdout } = spawnSync('tar', ['-tv', '-f', '-'], { input: tarHeader(about), encoding: 'utf8' });
  expect(stdout).toContain(` ${2 ** 33 + 1} `);
});
