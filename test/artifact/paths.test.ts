import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { dataDir, downloadDir, hostArtifactsDir, packagePaths } from '../../src/artifact/paths.js';

const HOME = '/home/me';

test('dataDir() is that of Nerves', () => {
  expect(dataDir({ HOME })).toBe('/home/me/.nerves');
  expect(dataDir({ HOME, XDG_DATA_HOME: '/data' })).toBe('/data/nerves');
  expect(dataDir({ HOME, XDG_DATA_HOME: '' })).toBe('/home/me/.nerves');
  expect(dataDir({ HOME, XDG_DATA_HOME: 'data' })).toBe(`${process.cwd()}/data/nerves`);
  expect(dataDir({ HOME: '' })).toBe(`${homedir()}/.nerves`);
});

test('downloadDir() is the option, else NERVES_DL_DIR, else below the data directory', () => {
  const XDG_DATA_HOME = '/data';
  expect(downloadDir({ HOME }, '/ws')).toBe('/home/me/.nerves/dl');
  expect(downloadDir({ HOME, XDG_DATA_HOME }, '/ws')).toBe('/data/nerves/dl');
  expect(downloadDir({ HOME, XDG_DATA_HOME, NERVES_DL_DIR: '/dl' }, '/ws')).toBe('/dl');
  expect(downloadDir({ HOME, NERVES_DL_DIR: '~/dl' }, '/ws')).toBe('/home/me/dl');
  expect(downloadDir({ HOME, NERVES_DL_DIR: 'dl' }, '/ws')).toBe(`${process.cwd()}/dl`);
  expect(downloadDir({ HOME, NERVES_DL_DIR: '/dl' }, '/ws', '/mine')).toBe('/mine');
  expect(downloadDir({ HOME }, '/ws', 'cache/dl')).toBe('/ws/cache/dl');
  expect(downloadDir({ HOME }, '/ws', '~/dl')).toBe('/home/me/dl');
  expect(downloadDir({ HOME }, '/ws', '~')).toBe('/home/me');
  expect(downloadDir({ HOME }, '/ws', '~other/dl')).toBe('/ws/~other/dl');
});

test('hostArtifactsDir() is NERVES_ARTIFACTS_DIR, else below the data directory', () => {
  expect(hostArtifactsDir({ HOME })).toBe('/home/me/.nerves/artifacts');
  expect(hostArtifactsDir({ HOME, NERVES_ARTIFACTS_DIR: '/a' })).toBe('/a');
  expect(hostArtifactsDir({ HOME, NERVES_ARTIFACTS_DIR: '~/a' })).toBe('/home/me/a');
  expect(hostArtifactsDir({ HOME, XDG_DATA_HOME: '/data' })).toBe('/data/nerves/artifacts');
});

test('dataDir() ignores NERVES_DATA_DIR, which Nerves does not have', () => {
  expect(dataDir({ HOME, NERVES_DATA_DIR: '/other' })).toBe('/home/me/.nerves');
});

test('packagePaths() puts everything else below the package', () => {
  expect(packagePaths('/ws/systems/a', 'a-portable-1.0', '/ws')).toEqual({
    artifact: '/ws/systems/a/.nerves/artifacts/a-portable-1.0',
    archive: '/ws/systems/a/.nerves/archive',
    timing: '/ws/systems/a/.nerves/timing',
    log: '/ws/systems/a/build.log',
    previousLog: '/ws/systems/a/build.log.1',
  });
});

test('packagePaths() resolves artifact_dir from the workspace', () => {
  expect(packagePaths('/ws/a', 'a', '/ws', 'out/a').artifact).toBe('/ws/out/a');
  expect(packagePaths('/ws/a', 'a', '/ws', '/abs').artifact).toBe('/abs');
});
