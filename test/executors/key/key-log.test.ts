import { expect, test } from 'vitest';
import { keysSince, logKey } from '../../../src/executors/key/key-log.js';
import { temporaryDirectory } from '../../support/workspace.js';

test('keysSince() has one digest of each calculation since a time, the one asked for where it was among them', async () => {
  const data = await temporaryDirectory('data');
  expect(await keysSince(data, 'systems/a', 0, 'x')).toEqual([]);
  await logKey(data, 'systems/a', { at: 1, digests: { '': 'old' } });
  await logKey(data, 'systems/a', { at: 5, digests: { '': 'x', debug: 'y' } });
  await logKey(data, 'systems/a', { at: 6, digests: { '': 'z', debug: 'w' } });
  await logKey(data, 'systems/b', { at: 7, digests: { '': 'b' } });
  expect(await keysSince(data, 'systems/a', 5, 'y')).toEqual(['y', 'z']);
  expect(await keysSince(data, 'systems/a', 6, 'y')).toEqual(['z']);
});

test('logKey() keeps the newest half of a log that has grown', async () => {
  const data = await temporaryDirectory('data');
  for (let at = 0; at < 40; at++)
    await logKey(data, 'a', { at, digests: { '': `${at}`.padEnd(4_000, 'x') } });
  const left = await keysSince(data, 'a', 0, '');
  expect(left.length).toBeLessThan(20);
  expect(left.at(-1)).toMatch(/^39x/);
});
