import { expect, test } from 'vitest';
import { bytes, durationText } from '../../src/options/units.js';

test.each([
  [undefined, undefined],
  [1_000_000, 1_000_000],
  ['1000', 1000],
  ['7b', 7],
  ['10k', 10_240],
  ['512m', 536_870_912],
  ['512M', 536_870_912],
  ['4g', 4_294_967_296],
  ['0.5G', 536_870_912],
])('bytes() takes %j for %j', (size, expected) => {
  expect(bytes(size)).toBe(expected);
});

test.each([
  [0, '0:00'],
  [7_900, '0:07'],
  [3_599_999, '59:59'],
  [3_902_000, '1:05:02'],
])('durationText() of %d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
