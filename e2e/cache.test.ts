import { expect, onTestFinished, test } from 'vitest';
import { below, system, systemOptions } from './support/systems.js';
import { isHit, testWorkspace } from './support/workspace.js';

const DAEMON = { NX_DAEMON: 'true', NX_ISOLATE_PLUGINS: 'true' };

test("archive is a hit or a miss with Nx's daemon and isolated plugins, as most have them", async () => {
  const options = { ...systemOptions, build_runner_opts: { make_args: ['SITE={env:SITE}', 'all'] } };
  const workspace = await testWorkspace(below('systems/alpha', system('alpha', options)));
  onTestFinished(async () => void (await workspace.nxWith({ env: DAEMON }, 'daemon', '--stop')));
  const archive = async (env: NodeJS.ProcessEnv = {}) =>
    isHit(await workspace.nxWith({ env: { ...DAEMON, ...env } }, 'run', 'alpha:archive'), 'alpha:archive');
  expect(await archive()).toBe(false);
  expect(await archive()).toBe(true);
  // the daemon has the environment of the run that started it; the key is that of each run's own
  expect(await archive({ SITE: 'http://mirror/' })).toBe(false);
  expect(await archive({ SITE: 'http://mirror/' })).toBe(true);
  expect(await archive({ SITE: 'http://other/' })).toBe(false);
  expect(await archive()).toBe(true);
  await workspace.write({ 'platform/VERSION': '1.0.1\n' });
  // the daemon hears of a change a moment later
  await expect.poll(() => archive(), { timeout: 30_000, interval: 500 }).toBe(false);
  expect(await archive()).toBe(true);
});
