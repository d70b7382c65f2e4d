import { expect, test } from 'vitest';
import { Waits } from '../../../src/runner/timing/waits.js';

test('Waits counts from the first one waited for until it has its turn, and a wait that goes on', () => {
  let now = 1000;
  const waits = new Waits(() => now);
  const at = (time: number, then?: () => void) => {
    now = time;
    then?.();
    return waits.ms;
  };
  expect(at(2000, () => waits.end())).toBe(0); // it did not wait
  at(3000, () => waits.begin());
  at(4000, () => waits.begin()); // another one was first
  expect(at(5000)).toBe(2000);
  expect(at(6000, () => waits.end())).toBe(3000);
  at(8000, () => waits.begin());
  expect(at(9500)).toBe(4500);
});
