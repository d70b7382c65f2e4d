import { mkdtemp, rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { isHit, NO_ENGINE, testClone, testWorkspace, type Workspace } from './support/workspace.js';

// What docs/caching.md says of a second checkout on one machine, without a remote cache.

const REMOTE = 'https://git.example.invalid/systems.git';

/** Two checkouts of one repository, by its address. */
async function checkouts(): Promise<[Workspace, Workspace]> {
  const first = await testWorkspace();
  await first.git('remote', 'add', 'origin', REMOTE);
  const second = await testClone(first);
  await second.git('remote', 'set-url', 'origin', REMOTE);
  return [first, second];
}

/** Whether the second, without an engine, gets the archive that the first has built; `first` and `second`: their variables. */
async function isShared(
  first: NodeJS.ProcessEnv,
  second: (of: Workspace) => NodeJS.ProcessEnv,
): Promise<boolean> {
  const [one, other] = await checkouts();
  const built = await one.nxWith({ env: first }, 'run', 'alpha:build-artifact');
  expect(built.code, built.text).toBe(0);
  const ran = await other.nxWith({ env: { ...NO_ENGINE, ...second(one) } }, 'run', 'alpha:build-artifact');
  if (ran.code === 0) return isHit(ran, 'alpha:archive');
  expect(ran.text).toContain('ENGINE_UNREACHABLE');
  return false;
}

test('without any setting, from Nx 23.3 on, the checkouts of one repository share the cache of the home', async () => {
  const home = await mkdtemp('/var/tmp/nx-docker-artifact-home-'); // Nx takes none below /tmp
  onTestFinished(() => rm(home, { recursive: true }));
  const env = { HOME: home, NX_CACHE_DIRECTORY: undefined, NX_WORKSPACE_DATA_DIRECTORY: undefined };
  expect(await isShared(env, () => env)).toBe(true);
});

test('one cache directory is not enough, as Nx finds what is in it by a database in its data directory', async () => {
  expect(await isShared({}, ({ env: { NX_CACHE_DIRECTORY } }) => ({ NX_CACHE_DIRECTORY }))).toBe(false);
});

test('one cache directory and one data directory are', async () => {
  const both = ({ env: { NX_CACHE_DIRECTORY, NX_WORKSPACE_DATA_DIRECTORY } }: Workspace) => ({
    NX_CACHE_DIRECTORY,
    NX_WORKSPACE_DATA_DIRECTORY,
  });
  expect(await isShared({}, both)).toBe(true);
});
