import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BuildOptionsInput } from '../../../src/options/types.js';
import { checkDockerfile, checkSources } from '../../../src/runner/host/check-sources.js';
import { imagePlan } from '../../../src/runner/plan/image.js';
import { type Files, testPackage } from '../../support/workspace.js';

const PLATFORM: Files = { 'create-build.sh': { content: '#!/bin/sh\n', mode: 0o755 }, VERSION: '1.27.0\n' };

const nervesPackage = (options: BuildOptionsInput = {}) =>
  testPackage({ platform: PLATFORM, options, project: 'my_system' });

describe('checkSources()', () => {
  test('accepts a complete platform and a defconfig', async () => {
    checkSources(await nervesPackage());
  });

  test('refuses a platform without create-build.sh', async () => {
    const pkg = await nervesPackage();
    await rm(join(pkg.workspaceRoot, 'platform/create-build.sh'));
    expect(() => checkSources(pkg)).toThrow(
      expect.objectContaining({
        code: 'PLATFORM_MISSING',
        message: expect.stringContaining('platform/create-build.sh does not exist'),
      }),
    );
  });

  test('reports a create-build.sh that is not executable with the command that fixes it', async () => {
    const pkg = await nervesPackage();
    const script = join(pkg.workspaceRoot, 'platform/create-build.sh');
    await chmod(script, 0o644);
    expect(() => checkSources(pkg)).toThrow(
      expect.objectContaining({
        code: 'CREATE_BUILD_NOT_EXECUTABLE',
        hint: `chmod +x ${script} (and commit it: git update-index --chmod=+x)`,
      }),
    );
  });

  test('requires the defconfig to be a file', async () => {
    const pkg = await nervesPackage();
    const defconfig = join(pkg.root, 'nerves_defconfig');
    const missing = expect.objectContaining({
      code: 'DEFCONFIG_MISSING',
      message: expect.stringContaining(`${defconfig} does not exist`),
      hint: 'Correct "platform_config.defconfig", a path inside the package.',
    });
    await rm(defconfig);
    expect(() => checkSources(pkg)).toThrow(missing);
    await mkdir(defconfig);
    expect(() => checkSources(pkg)).toThrow(missing);
  });

  test("requires none of these for a package's own commands", async () => {
    const own = await nervesPackage({ build_runner_opts: { commands: { create_build: ['true'] } } });
    await rm(join(own.root, 'nerves_defconfig'));
    await rm(join(own.workspaceRoot, 'platform/create-build.sh'));
    checkSources(own);
    checkSources(await testPackage());
  });
});

test('checkDockerfile() reports a missing Dockerfile by the option that names it', async () => {
  const pkg = await testPackage({
    options: {
      build_runner_config: { docker: ['Dockerfile.gone', 'x:1'] },
      build_runner_opts: { commands: { make: ['true'] } },
    },
  });
  expect(() => checkDockerfile(imagePlan(pkg), pkg)).toThrow(
    expect.objectContaining({
      code: 'IMAGE_BUILD_FAILED',
      message: expect.stringContaining('Dockerfile.gone'),
      hint: 'Correct "build_runner_config.docker": the Dockerfile is named relative to the package.',
    }),
  );
});
