import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { TAR_END, tarEntry } from '../../src/util/tar-entry.js';

describe.each([
  ['of a usual name', 'alpha.json'],
  ['of a name that a plain header just takes', 'n'.repeat(99)],
  ['of a longer one', `${'n'.repeat(150)}-ä.json`],
])('tarEntry(): a file %s', (_, name) => {
  test.each([0, 1, 511, 512, 513, 100_000])('of %i bytes is what GNU tar reads', (size) => {
    const content = Buffer.alloc(size, 'x');
    const input = Buffer.concat([tarEntry(name, content), TAR_END]);
    const env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
    const list = execFileSync('tar', ['-tv', '--numeric-owner', '--quoting-style=literal', '-f', '-'], {
      ...{ input, env },
      encoding: 'utf8',
    });
    expect(list.replace(/ +/g, ' ')).toBe(`-rw-r--r-- 0/0 ${size} 1970-01-01 00:00 ${name}\n`);
    expect(execFileSync('tar', ['-xO', '-f', '-'], { input, env }).equals(content)).toBe(true);
  });
});
