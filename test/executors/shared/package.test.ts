import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { expect, test } from 'vitest';
import { packageOf } from '../../../src/executors/shared/package.js';
import { Captured, testHost } from '../../support/runner.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

async function setUp(options: object, configuration?: string) {
  const root = await temporaryDirectory('workspace');
  await writeFiles(root, { 'systems/alpha/VERSION': '1.0\n', 'platform/VERSION': '1.27.0\n' });
  const projects = { alpha: { root: 'systems/alpha' }, br: { root: 'platform' } };
  const context = { root, projectsConfigurations: { version: 2, projects } } as unknown as ExecutorContext;
  const stdout = new Captured();
  const invocation = { host: testHost(), stdout };
  const target = { project: 'alpha', name: 'alpha:build-artifact', options, configuration };
  return { root, stdout, find: () => packageOf(context, target, invocation) };
}

test('packageOf() resolves options, project and platform', async () => {
  const { root, stdout, find } = await setUp({ platform: 'br', checksum: ['VERSION'] });
  expect(await find()).toMatchObject({
    ...{ project: 'alpha', root: join(root, 'systems/alpha'), name: 'alpha-portable-1.0' },
    platform: { name: 'br', root: join(root, 'platform'), version: '1.27.0' },
  });
  expect(stdout.text).toBe('');
});

test('packageOf() takes over the configuration of the target', async () => {
  const { find } = await setUp({ platform: 'br' }, 'debug');
  expect((await find()).configuration).toBe('debug');
});

test('packageOf() reports bad options with the name of their target', async () => {
  const { find } = await setUp({ platfrom: 'br' });
  await expect(find()).rejects.toThrow(
    'BAD_OPTION: could not read the options of alpha:build-artifact: unknown option "platfrom"',
  );
});
