import { expect, test } from 'vitest';
import { memberIn } from '../../../src/artifact/archive/list-line.js';

test.each([
  ['drwxr-xr-x 0/0               0 2026-11-25 14:36 "top/"', { kind: 'directory', path: 'top/' }],
  ['-rw-r--r-- 0/0               0 2026-11-25 14:36 "top/\\377"', { kind: 'file', path: 'top/\xff' }],
  ['-rw-r--r-- 0/0               0 2026-11-25 14:36 "top/q\\"\\\\\\n"', { kind: 'file', path: 'top/q"\\\n' }],
  ['prw-r--r-- 0/0               0 2026-11-25 14:36 "top/f"', { kind: 'special', path: 'top/f' }],
  ['crw-r--r-- 0/0             1,3 2026-11-25 14:36 "top/c"', { kind: 'special', path: 'top/c' }],
  ['lrwxrwxrwx 0/0 0 2026-11-25 14:36 "top/l" -> "x -> y"', { kind: 'link', path: 'top/l' }],
  [
    'hrw-r--r-- 0/0 0 2026-11-25 14:36 "a -> b" link to "h"',
    { kind: 'hard link', path: 'a -> b', target: 'h' },
  ],
  ['something else', undefined],
])("memberIn() reads GNU tar's %s", (line, member) => {
  expect(memberIn(line, 'gnu')).toEqual(member);
});

test.each([
  ['drwxr-xr-x  0 0      0           0 Nov 25 14:36 top/', { kind: 'directory', path: 'top/' }],
  [
    '-rw-r--r--  0 1000   1000       12 Nov 25  2024 top/a b\\377\\n',
    { kind: 'file', path: 'top/a b\xff\n' },
  ],
  ['prw-r--r--  0 0      0           0 Nov 25 14:36 top/f', { kind: 'special', path: 'top/f' }],
  ['crw-r--r--  0 0      0         1,3 Nov 25 14:36 top/c', { kind: 'special', path: 'top/c' }],
  ['lrwxrwxrwx  0 0      0           0 Nov 25 14:36 top/l -> x', { kind: 'link', path: 'top/l' }],
  [
    'hrw-r--r--  0 0      0           0 Nov 25 14:36 top/a link to top/h',
    { kind: 'hard link', path: 'top/a', target: 'top/h' },
  ],
  ['something else', undefined],
])("memberIn() reads bsdtar's %s", (line, member) => {
  expect(memberIn(line, 'bsd')).toEqual(member);
});
