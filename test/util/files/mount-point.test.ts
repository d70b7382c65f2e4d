import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { isGone, mountPointOf } from '../../../src/util/files/mount-point.js';
import { compile, NOBODY, runScript } from '../../support/compiled.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

test('mountPointOf() is the nearest directory on another device than its parent', async () => {
  expect(await mountPointOf('/')).toBe('/');
  expect(await mountPointOf('/proc/self/task')).toBe('/proc');
});

test('isGone() is true for what was removed from a file system that is mounted', async () => {
  const home = await temporaryDirectory('home');
  const path = join(home, 'workspace');
  await mkdir(path);
  const mount = await mountPointOf(path);
  expect(await isGone(path, mount)).toBe(false);
  await rm(path, { recursive: true });
  expect(await isGone(path, mount)).toBe(true);
});

test('isGone() is false while the disk of it is not mounted', async () => {
  const mount = await temporaryDirectory('disk'); // nothing is mounted there
  await writeFiles(mount, { 'lost+found': '' });
  expect(await isGone(join(mount, 'workspace'), mount)).toBe(false);
  expect(await isGone('/media/not-there/workspace', '/media/not-there')).toBe(false);
});

test('isGone() of a path whose mount nobody knows goes by what is beside it', async () => {
  const home = await temporaryDirectory('home');
  expect(await isGone(join(home, 'workspace'), undefined)).toBe(false);
  expect(await isGone(join(home, 'not/there'), undefined)).toBe(false);
  await writeFiles(home, { another: '' });
  expect(await isGone(join(home, 'workspace'), undefined)).toBe(true);
});

let dist = '';
beforeAll(async () => {
  dist = await compile({ mount: 'util/files/mount-point' });
}, 60_000);

test('isGone() is false for what may not be read', async () => {
  const home = await temporaryDirectory('home');
  await chmod(home, 0o755);
  await writeFiles(home, { 'closed/workspace/file': '' });
  await chmod(join(home, 'closed'), 0o000);
  const script = `
    import { isGone } from './mount.js';
    console.log(await isGone(process.argv[2], '/'));
  `;
  const { stdout } = await runScript(dist, script, [join(home, 'closed/workspace')], NOBODY);
  await chmod(join(home, 'closed'), 0o755);
  expect(stdout).toBe('false');
});
