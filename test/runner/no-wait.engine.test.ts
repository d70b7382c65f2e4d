import { describe, expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { archive } from '../../src/runner/archive.js';
import { DEADLINES } from '../../src/util/deadlines.js';
import { engineProxy } from '../support/engine-proxy.js';
import { testRun } from '../support/runner.js';
import { until } from '../support/wait.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

const never = () => true;
const timeout = 15_000;

/** What a run fails with that does not wait, and after how long. */
async function noWait(pkg: Package, env: NodeJS.ProcessEnv, answersMs?: number) {
  const at = performance.now();
  const error = await archive(pkg, testRun(pkg, { env, wait: false, answersMs })).catch((thrown) => thrown);
  return { ...error, message: String(error.message), took: performance.now() - at };
}

describe('archive() without waiting ends in time when the engine never answers', { timeout }, () => {
  const answersMs = 600;

  test.each([
    ['GET /version', /^GET \/version/, 'ENGINE_UNREACHABLE'],
    ['GET /info', /^GET \/info/, 'ENGINE_UNREACHABLE'],
    ['what image there is', /^GET \/images\//, 'ENGINE_LOST'],
    ['what volumes there are', /^GET \/volumes/, 'ENGINE_LOST'],
    ['for a volume', /^POST \/volumes/, 'ENGINE_LOST'],
    ['for the container', /^POST \/containers\/create/, 'ENGINE_LOST'],
    ['what it has created', /^(GET|DELETE) \/containers\//, 'ENGINE_LOST'],
  ])('%s', async (_, request, code) => {
    const [proxy, pkg] = [await engineProxy(), await testPackage()];
    proxy.on(request, never);
    const { took, ...error } = await noWait(pkg, proxy.env, answersMs);
    expect(error).toMatchObject({
      code,
      message: expect.stringContaining('did not answer within 0.6 s in all'),
    });
    expect(took).toBeLessThan(answersMs + 2_000);
  });

  test('within that time, though each answer is within it', async () => {
    const [proxy, pkg] = [await engineProxy(), await testPackage()];
    proxy.delay(/./, answersMs / 4);
    const { took, message } = await noWait(pkg, proxy.env, answersMs);
    expect(message).toContain('did not answer within 0.6 s in all');
    expect(took).toBeLessThan(answersMs + 2_000);
  });
});

test('archive() without waiting is LOCKED by a run that goes on, or ENGINE_LOST where that cannot be asked', async () => {
  const pkg = await testPackage({
    options: busyboxOptions('echo ">>> holding"; while [ ! -e /tmp/go ]; do sleep 0.1; done'),
  });
  const interrupt = new AbortController();
  const holder = testRun(pkg, { wait: false, signal: interrupt.signal });
  const first = archive(pkg, holder).catch((error) => error);
  await until(() => holder.stdout.text.includes('>>> holding'));
  const proxy = await engineProxy();
  const locked = await noWait(pkg, proxy.env);
  expect(locked).toMatchObject({
    code: 'LOCKED',
    message: expect.stringMatching(/held by alpha:build-artifact \(pid \d+ on host /),
  });
  expect(locked.took).toBeLessThan(DEADLINES.noWait);
  proxy.on(/^GET \/containers\//, never);
  expect(await noWait(pkg, proxy.env, 1_000)).toMatchObject({
    code: 'ENGINE_LOST',
    message: expect.stringMatching(/find out who holds the build volume/),
  });
  interrupt.abort(new Error('over'));
  expect(await first).toMatchObject({ message: 'over' });
}, 30_000);
