import { expect, test } from 'vitest';
import { callerIn } from '../../../src/runner/host/caller.js';

const ROOT = { uid: 0, gid: 0 };
const me = { uid: 1500, gid: 100 };
/** As a directory service numbers people. */
const big = { uid: 1_000_123, gid: 1_000_513 };

test.each([
  ['same', me, me],
  ['same', big, big],
  ['rootless', me, ROOT],
  ['rootless', big, ROOT],
  ['remapped', me, me],
  ['remapped', big, ROOT],
] as const)('callerIn(): of an engine whose users are "%s" %j is %j', (users, caller, expected) => {
  expect(callerIn(users, caller)).toEqual(expected);
});
