import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Platform } from '../../../src/artifact/package.js';
import { platformImage } from '../../../src/conventions/platform-image.js';
import type { BuildOptionsInput } from '../../../src/options/types.js';
import { imagePlan, workdirOf } from '../../../src/runner/plan/image.js';
import { testPackage } from '../../support/workspace.js';

const platform = (name: string, version: string): Platform => ({ name, version, root: '/platform' });

const withOptions = async (config: BuildOptionsInput['build_runner_config'], files = {}) =>
  await testPackage({
    files: {
      VERSION: '1.0\n',
      Dockerfile: 'FROM scratch\n',
      'docker/Dockerfile.ci': 'FROM scratch\n',
      ...files,
    },
    options: { build_runner_config: config, build_runner_opts: { commands: { make: ['true'] } } },
  });

describe('imagePlan() and workdirOf() without an option follow the platform', () => {
  const FIRST = '/nerves/build';
  const SECOND = '/home/nerves/project';

  test.each([
    ['nerves_system_br', '1.27.0', 'nervesproject/nerves_system_br:1.27.0', FIRST],
    ['nerves_system_br', '1.9.5', 'nervesproject/nerves_system_br:1.9.5', FIRST],
    ['nerves_system_br', '0.99.0', 'nervesproject/nerves_system_br:0.99.0', FIRST],
    ['nerves_system_br', '1.28.0', 'ghcr.io/nerves-project/nerves_system_br:1.28.0', SECOND],
    ['nerves_system_br', '1.28.0-rc.1', 'ghcr.io/nerves-project/nerves_system_br:1.28.0-rc.1', SECOND],
    ['nerves_system_br', '1.100.0', 'ghcr.io/nerves-project/nerves_system_br:1.100.0', SECOND],
    ['nerves_system_br', '2.0.0', 'ghcr.io/nerves-project/nerves_system_br:2.0.0', SECOND],
    ['my_platform', '1.28.0', 'nervesproject/my_platform:1.28.0', FIRST],
  ])('%s %s: %s, built in %s', async (name, version, image, workdir) => {
    const pkg = { ...(await withOptions({})), platform: platform(name, version) };
    expect(imagePlan(pkg)).toEqual({ tag: image, pull: 'missing' });
    expect(workdirOf(pkg)).toBe(workdir);
  });

  test('use the image of Nerves without a platform', async () => {
    expect(platformImage(undefined)).toBe('nervesproject/nerves_system_br:latest');
    expect(workdirOf(await withOptions({}))).toBe(FIRST);
  });
});

test('workdirOf() prefers the option', async () => {
  const pkg = await withOptions({ workdir: '/work' });
  expect(workdirOf({ ...pkg, platform: platform('nerves_system_br', '1.28.0') })).toBe('/work');
});

test('imagePlan() builds [dockerfile, tag] from the Dockerfile, in its directory', async () => {
  const pkg = await withOptions({ docker: ['docker/Dockerfile.ci', 'my_system:0.1.0'] });
  expect(imagePlan(pkg)).toEqual({
    tag: 'my_system:0.1.0',
    pull: 'missing',
    build: {
      dockerfile: join(pkg.root, 'docker/Dockerfile.ci'),
      context: join(pkg.root, 'docker'),
      contextGiven: false,
      cwd: pkg.root,
    },
  });
});

test('imagePlan() uses a tag alone as is, with its pull option', async () => {
  const spec = imagePlan(
    await withOptions({ docker: { tag: 'x:1', pull: 'never', platform: 'linux/arm64' } }),
  );
  expect(spec).toEqual({ tag: 'x:1', pull: 'never', platform: 'linux/arm64' });
});

test('imagePlan() passes on everything in an object', async () => {
  const docker = {
    ...{ dockerfile: 'Dockerfile', tag: 'x:1', context: '../..', target: 'build', build_args: { A: 1 } },
    ...{ secrets: ['id=a'], ssh: ['default'], platform: 'linux/amd64', pull: 'always' as const },
  };
  const pkg = await withOptions({ docker });
  expect(imagePlan(pkg)).toMatchObject({
    pull: 'always',
    platform: 'linux/amd64',
    build: {
      context: pkg.workspaceRoot,
      contextGiven: true,
      ...{
        target: 'build',
        build_args: { A: '1' },
        secrets: ['id=a'],
        ssh: ['default'],
        platform: 'linux/amd64',
      },
    },
  });
});
