import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import type { ContainerUsers } from '../../../src/backend/types.js';
import { hostFacts } from '../../../src/runner/host/facts.js';
import { testHost } from '../../support/runner.js';
import { busyboxOptions, testPackage, writeFiles } from '../../support/workspace.js';

const factsOf = (pkg: Package, { env = {}, users = 'same' as ContainerUsers, sharesFiles = true } = {}) => {
  const host = testHost({ env: { HOME: '/home/me', ...env }, user: { uid: 1500, gid: 100 } });
  const own = { sshAgentSocket: undefined, engineSocket: undefined, ignoredLimits: [] };
  return hostFacts(pkg, host, { users, sharesFiles, ...own });
};

test('hostFacts() creates the download cache when it is missing', async () => {
  const pkg = await testPackage();
  const { downloads } = factsOf(pkg);
  expect(downloads).toBe(join(pkg.workspaceRoot, 'dl'));
  expect((await stat(join(pkg.workspaceRoot, 'dl'))).isDirectory()).toBe(true);
});

test('hostFacts() finds the artifacts of the host, where there are any', async () => {
  const pkg = await testPackage();
  const artifacts = join(pkg.workspaceRoot, 'artifacts');
  const env = { NERVES_ARTIFACTS_DIR: artifacts };
  expect(factsOf(pkg, { env }).artifacts).toBeUndefined();
  await mkdir(artifacts);
  expect(factsOf(pkg, { env }).artifacts).toBe(artifacts);
});

test('hostFacts() has nothing of our file system for an engine elsewhere', async () => {
  const pkg = await testPackage({ options: { ...busyboxOptions(), dl_dir: undefined } });
  expect(factsOf(pkg, { sharesFiles: false })).toMatchObject({
    ...{ downloads: undefined, travelling: undefined, artifacts: undefined, sharesFiles: false, mounts: [] },
  });
  await expect(stat(join(pkg.workspaceRoot, 'dl'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('hostFacts() names the dl_dir of a package that an engine elsewhere is to have', async () => {
  const pkg = await testPackage();
  const travelling = join(pkg.workspaceRoot, 'dl');
  expect(factsOf(pkg, { sharesFiles: false })).toMatchObject({ downloads: undefined, travelling });
  expect((await stat(travelling)).isDirectory()).toBe(true);
  expect(factsOf(pkg)).toMatchObject({ downloads: travelling, travelling: undefined });
});

test('hostFacts() has the caller as the containers of the engine number users', async () => {
  const pkg = await testPackage();
  expect(factsOf(pkg).user).toEqual({ uid: 1500, gid: 100 });
  const rootless = factsOf(pkg, { users: 'rootless' });
  expect(rootless).toMatchObject({ user: { uid: 0, gid: 0 }, callerIsRoot: false });
});

test('hostFacts() reports a download cache that cannot be created as FILE_ACCESS', async () => {
  const pkg = await testPackage({ options: { ...busyboxOptions(), dl_dir: 'file/dl' } });
  await writeFiles(pkg.workspaceRoot, { file: '' });
  expect(() => factsOf(pkg)).toThrow(
    expect.objectContaining({
      code: 'FILE_ACCESS',
      message: expect.stringContaining('create the download cache'),
    }),
  );
});

test('hostFacts() resolves a mount of the user from the package, whatever is in its name', async () => {
  const odd = 'a, b:c "d" größe [x]';
  const mounts = [{ type: 'bind' as const, source: odd, target: `/x/${odd}`, readonly: true }];
  const options = busyboxOptions('true', { build_runner_config: { mounts } });
  const pkg = await testPackage({ options, directory: `systems/${odd}` });
  expect(factsOf(pkg).mounts).toEqual([
    { type: 'bind', source: join(pkg.root, odd), target: `/x/${odd}`, readonly: true },
  ]);
});

test('hostFacts() refuses a download cache that is a private place, before it makes anything there', async () => {
  const pkg = await testPackage({ options: { ...busyboxOptions(), dl_dir: 'home/.ssh/dl' } });
  const home = join(pkg.workspaceRoot, 'home');
  await writeFiles(home, { '.ssh/id_ed25519': '' });
  expect(() => factsOf(pkg, { env: { HOME: home } })).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', hint: 'Correct the option "dl_dir", or NERVES_DL_DIR.' }),
  );
  await expect(stat(join(home, '.ssh/dl'))).rejects.toMatchObject({ code: 'ENOENT' });
});
