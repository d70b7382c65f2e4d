import { expect, test } from 'vitest';
import { counts } from '../../../src/runner/timing/progress-pattern.js';

test.each([
  ['[12/345] Building C object x.c.o', { done: 12, total: 345, name: 'Building C object x.c.o' }],
  ['[ 12%] Building C object x.c.o', { done: 12, total: 100, name: 'Building C object x.c.o' }],
  ['[100%] Built target x', { done: 100, total: 100, name: 'Built target x' }],
  ['[4/3] x', undefined],
  ['[0/0] x', undefined],
  ['[INFO ]  x', undefined],
  ['x [1/2]', undefined],
  ['', undefined],
])('counts() of %j', (line, expected) => {
  expect(counts()(line)).toEqual(expected);
});

test('counts() with a pattern takes its named groups, and 100 for a total that it has not', () => {
  const withTotal = counts('^step (?<done>\\d+) of (?<total>\\d+): (?<name>.*)');
  const bold = Buffer.from('\x1b[1mstep 3 of 7: größe\x1b[0m').toString('latin1');
  expect(withTotal(bold)).toEqual({ done: 3, total: 7, name: 'größe' });
  expect(withTotal('step 3 of 7: link')).toEqual({ done: 3, total: 7, name: 'link' });
  expect(withTotal('[1/2] x')).toBeUndefined();
  expect(counts('(?<done>\\d+) percent')('at 40 percent')).toEqual({ done: 40, total: 100, name: undefined });
});
