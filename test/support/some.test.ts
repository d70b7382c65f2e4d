import { expect, test } from 'vitest';
import { ALL, some } from './some.js';

test('some() takes the first, the last and what is evenly between them, each once', () => {
  const cases = Array.from({ length: 10 }, (_, n) => n);
  expect(some(cases, 4)).toEqual(ALL ? cases : [0, 3, 6, 9]);
  expect(some(cases, 9)).toHaveLength(ALL ? 10 : 9);
  expect(new Set(some(cases, 9)).size).toBe(ALL ? 10 : 9);
  expect(some(cases, 1)).toEqual(ALL ? cases : [0]);
  expect(some(cases, 12)).toEqual(cases);
});
