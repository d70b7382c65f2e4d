import { expect, onTestFinished, test } from 'vitest';
import { isHit, testWorkspace } from './support/workspace.js';

test("archive is a hit or a miss with Nx's daemon and isolated plugins, as most have them", async () => {
  const workspace = await testWorkspace();
  const settings = { env: { NX_DAEMON: 'true', NX_ISOLATE_PLUGINS: 'true' } };
  onTestFinished(async () => void (await workspace.nxWith(settings, 'daemon', '--stop')));
  const archive = async () =>
    isHit(await workspace.nxWith(settings, 'run', 'alpha:archive'), 'alpha:archive');
  expect(await archive()).toBe(false);
  expect(await archive()).toBe(true);
  await workspace.write({ 'platform/VERSION': '1.0.1\n' });
  // the daemon hears of a change a moment later
  await expect.poll(archive, { timeout: 30_000, interval: 500 }).toBe(false);
  expect(await archive()).toBe(true);
});
