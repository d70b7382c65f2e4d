import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { processStart } from '../../src/util/process-start.js';

test('processStart() is when a process was started; undefined for none', () => {
  const before = Date.now();
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill());
  const started = processStart(child.pid ?? 0, new Date()) ?? 0;
  expect(started).toBeGreaterThan(before - 1_000);
  expect(started).toBeLessThan(Date.now() + 1_000);
  expect(processStart(0, new Date())).toBeUndefined();
  expect(processStart(1, new Date(), '/nowhere')).toBeUndefined();
});
