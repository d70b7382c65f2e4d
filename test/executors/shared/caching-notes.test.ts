import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { expect, test } from 'vitest';
import { linkedOutput, whyNotCached } from '../../../src/executors/shared/caching-notes.js';
import { temporaryDirectory } from '../../support/workspace.js';

const contextOf = (targets: object) =>
  ({
    targetName: 'build-artifact',
    projectsConfigurations: { version: 2, projects: { alpha: { root: 'systems/alpha', targets } } },
  }) as unknown as ExecutorContext;

test('whyNotCached() names the archive target that a dependsOn of the user has replaced', () => {
  const context = contextOf({ pack: { executor: 'nx-docker-artifact:archive' }, other: {} });
  expect(whyNotCached(context, 'alpha')).toBe(
    'note: alpha:build-artifact builds in every run, as nothing of it is cached: add "pack" to its "dependsOn", which replaces the inferred one',
  );
});

test('whyNotCached() says how to get an archive target where there is none', () => {
  expect(whyNotCached(contextOf({}), 'alpha')).toMatch(
    /: list nx-docker-artifact\/plugin in nx\.json, or write/,
  );
});

test('linkedOutput() reports a .nerves that is a link, and nothing else', async () => {
  const root = await temporaryDirectory('package');
  expect(linkedOutput(root)).toBeUndefined();
  await mkdir(join(root, 'disk'));
  await symlink('disk', join(root, '.nerves'));
  expect(linkedOutput(root)).toContain(`${join(root, '.nerves')} is a link, below which Nx caches nothing`);
  await mkdir(join(root, 'other/.nerves'), { recursive: true });
  expect(linkedOutput(join(root, 'other'))).toBeUndefined();
});
