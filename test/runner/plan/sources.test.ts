import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BuildOptionsInput } from '../../../src/options/types.js';
import { sourcesOf } from '../../../src/runner/plan/sources.js';
import { type Files, testPackage } from '../../support/workspace.js';

const PLATFORM: Files = { 'create-build.sh': { content: '#!/bin/sh\n', mode: 0o755 }, VERSION: '1.27.0\n' };

const nervesPackage = (options: BuildOptionsInput = {}) =>
  testPackage({ platform: PLATFORM, options, project: 'my_system' });

test('sourcesOf() lists the package, and the platform when there is one', async () => {
  const pkg = await nervesPackage();
  const own = { from: pkg.root, name: 'my_system' };
  expect(sourcesOf(pkg)).toEqual([{ from: join(pkg.workspaceRoot, 'platform'), name: 'platform' }, own]);
  expect(sourcesOf({ ...pkg, platform: undefined })).toEqual([own]);
  const fetched = { name: 'platform', version: '1.27.0', root: join(pkg.root, 'deps/br') };
  expect(sourcesOf({ ...pkg, platform: fetched })[1]).toEqual({ ...own, exclude: 'deps/br' });
});
