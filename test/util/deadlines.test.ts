import { expect, test } from 'vitest';
import { DEADLINES, NX_KILLS_AFTER_MS } from '../../src/util/deadlines.js';

test('DEADLINES: what an interrupt leads to, one after the other, is over before Nx kills the executor', () => {
  // the answer that says what there is, the TERM of what runs, and the removal of what ended by it
  const removal = 500;
  expect(2 * DEADLINES.grace + removal).toBeLessThan(NX_KILLS_AFTER_MS);
});

test('DEADLINES: a lock that is polled is seen to be abandoned', () => {
  expect(DEADLINES.lockPoll).toBeLessThan(DEADLINES.orphan);
});
