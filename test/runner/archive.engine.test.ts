import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build } from '../../src/runner/build.js';
import { containersOf, runnerDeps, testEngine } from '../support/runner.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

test('builds an archive and unpacks it, and leaves no container', async () => {
  const pkg = await testPackage();
  const deps = runnerDeps(pkg);
  const result = await build(pkg, { ...deps, archived: false });
  expect(result.unpacked).toBe(true);
  expect(await readdir(pkg.paths.archive)).toEqual([pkg.archiveFile, `${pkg.archiveFile}.sha256`]);
  expect(await readFile(join(pkg.paths.artifact, 'images/rootfs'), 'utf8')).toBe('image\n');
  expect(await readFile(join(pkg.paths.artifact, 'CHECKSUM'), 'utf8')).toBe(pkg.checksum);
  expect(await readFile(join(pkg.paths.artifact, '.docker_id'), 'utf8')).toMatch(/^[a-z0-9]{16}$/);
  expect(deps.stdout.text).toMatch(/^\[ 0:0\d\] >>> busybox 1\.0 Building$/m);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
});

test('a second build finds what the first left in the volume', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo run >>runs; wc -l <runs') });
  const deps = runnerDeps(pkg);
  await build(pkg, { ...deps, archived: false });
  await build(pkg, { ...deps, archived: false });
  expect((await readFile(pkg.paths.log, 'utf8')).trim()).toBe('2');
  expect((await readFile(pkg.paths.previousLog, 'utf8')).trim()).toBe('1');
});
