import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Backend } from '../../../src/backend/types.js';
import { capabilitiesFor } from '../../../src/runner/host/capabilities.js';
import { testHost } from '../../support/runner.js';
import { temporaryDirectory, testPackage } from '../../support/workspace.js';

async function asked(sees: boolean, sharesFiles = true) {
  const [pkg, home] = [await testPackage(), await temporaryDirectory('home')];
  const env = { HOME: home };
  pkg.options.dl_dir = undefined;
  mkdirSync(join(home, '.nerves'));
  const directories: string[][] = [];
  const backend = {
    capabilities: { users: 'same', sharesFiles, sshAgentSocket: undefined, ignoredLimits: [] },
    sees: async (names: string[]) => directories.push(names) > 0 && sees,
  } as unknown as Backend;
  const capabilities = await capabilitiesFor(backend, pkg, testHost({ env }));
  return { capabilities, directories, expected: [pkg.root, join(home, '.nerves')] };
}

test('capabilitiesFor() asks for the package, and for what the caches of Nerves are in or will be made in', async () => {
  const { capabilities, directories, expected } = await asked(true);
  expect([capabilities.sharesFiles, directories]).toEqual([true, [expected]]);
});

test('capabilitiesFor(): an engine that does not see them is as one elsewhere', async () => {
  expect((await asked(false)).capabilities).toMatchObject({
    users: 'same',
    sharesFiles: false,
    sshAgentSocket: undefined,
  });
});

test('capabilitiesFor() does not ask one that is elsewhere', async () => {
  const { capabilities, directories } = await asked(true, false);
  expect([capabilities.sharesFiles, directories]).toEqual([false, []]);
});
