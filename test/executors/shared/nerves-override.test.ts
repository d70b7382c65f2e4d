import type { ExecutorContext } from '@nx/devkit';
import { expect, test } from 'vitest';
import { isReplaced } from '../../../src/executors/shared/nerves-override.js';
import type { Invocation } from '../../../src/executors/shared/run.js';
import { Captured, testHost } from '../../support/runner.js';
import { temporaryDirectory, testPackage } from '../../support/workspace.js';

/** Whether NERVES_SYSTEM replaces the archive of a target, and what is said. */
async function replaced(target: ExecutorContext['target'], NERVES_SYSTEM: string | undefined) {
  const stdout = new Captured();
  const invocation = { host: testHost({ env: { NERVES_SYSTEM } }), stdout } as unknown as Invocation;
  const context = { target, targetName: 'archive' } as ExecutorContext;
  const result = isReplaced(await testPackage(), context, invocation);
  return { result, text: stdout.text };
}

const inputs = ['default', { env: 'NERVES_SYSTEM' }];

test('isReplaced() announces the override, where Nx knows of the variable or caches nothing', async () => {
  const own = await temporaryDirectory('own');
  const text = `NERVES_SYSTEM=${own} replaces the artifact of alpha: nothing is built\n`;
  expect(await replaced({ cache: true, inputs }, own)).toEqual({ result: true, text });
  expect(await replaced({}, own)).toEqual({ result: true, text });
});

test('isReplaced() refuses the override where Nx would cache "nothing" for everybody', async () => {
  const own = await temporaryDirectory('own');
  await expect(replaced({ cache: true }, own)).rejects.toMatchObject({
    ...{ code: 'BAD_OPTION', hint: expect.stringContaining('{"env": "NERVES_SYSTEM"}') },
  });
});

test('isReplaced() is false without the variable, or with one that does not name a directory', async () => {
  expect(await replaced({ cache: true }, undefined)).toEqual({ result: false, text: '' });
  const { result, text } = await replaced({ cache: true }, '/nowhere');
  expect(result).toBe(false);
  expect(text).toMatch(/^warning: NERVES_SYSTEM is \/nowhere, which is not a directory/);
});
