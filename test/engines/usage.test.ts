import { expect, test } from 'vitest';
import { testEngine } from '../support/runner.js';
import { inSession } from '../support/session.js';

/** A rootless engine needs the second version of control groups for it. */
const counts = !(await testEngine()).capabilities.ignoredLimits.includes('memory');

test('usageOf(): the cores that a container keeps busy, and its memory, where the engine counts them', async () => {
  await inSession(async (session) => {
    const work = async () => {
      await session.exec(
        { argv: ['sh', '-c', 'end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do :; done'] },
        () => {},
      );
      return await session.usage();
    };
    const [first, second] = [await work(), await work()];
    if (!counts && first === undefined) return;
    expect((second?.cpuMs ?? 0) - (first?.cpuMs ?? 0)).toBeGreaterThan(300);
    expect(second?.cores).toBeGreaterThan(0);
    expect(second?.memory).toBeGreaterThan(0);
    expect(second?.memoryLimit).toBeGreaterThan(1e8);
  });
});
