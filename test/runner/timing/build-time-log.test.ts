import { expect, test } from 'vitest';
import { packageTimes, parseBuildTimeLog } from '../../../src/runner/timing/build-time-log.js';

/** As Buildroot's step_time prints it, by an engine whose clock is an hour ahead, and a build that began at 1000 there. */
const LOG = `4601.000000000:start:download            : zlib
4601.500000000:end  :download            : zlib
4601.600000000:start:build               : zlib
4602.000000000:start:build               : host-gcc-final
4604.100000000:end  :build               : zlib
4605.000000000:start:install-target      : zlib
4606.000`;

test('parseBuildTimeLog() reads each line, and passes by one that was cut off', () => {
  const entries = parseBuildTimeLog(LOG);
  expect(entries).toHaveLength(6);
  expect(entries[1]).toEqual({ time: 4_601_500, state: 'end', step: 'download', name: 'zlib' });
  expect(parseBuildTimeLog('')).toEqual([]);
});

test('packageTimes() has our own clock, versions of the headlines, steps of several packages at once, and no end of what failed', () => {
  const seen = [
    { name: 'zlib', version: '1.3', step: 'build', at: 1640 },
    { name: 'host-gcc-final', version: '13', step: 'build', at: 2001 },
  ];
  expect(packageTimes(parseBuildTimeLog(LOG), seen, 0)).toEqual([
    { name: 'zlib', version: '1.3', step: 'download', start_ms: 1001, end_ms: 1501 },
    { name: 'zlib', version: '1.3', step: 'build', start_ms: 1601, end_ms: 4101 },
    { name: 'host-gcc-final', version: '13', step: 'build', start_ms: 2001 },
    { name: 'zlib', version: '1.3', step: 'install-target', start_ms: 5001 },
  ]);
});

test('packageTimes() goes by the begin of the step where no headline fits', () => {
  expect(packageTimes(parseBuildTimeLog(LOG), [], 700)[0]).toMatchObject({ start_ms: 700, version: '' });
  expect(packageTimes([], [], 700)).toEqual([]);
});
