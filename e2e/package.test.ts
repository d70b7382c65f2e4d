import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { TARGETS } from './support/systems.js';
import { testWorkspace } from './support/workspace.js';

test('the tarball holds dist, what Nx reads, documents and LICENSE, and nothing else', () => {
  const top = new Set(inject('packed').map((path) => path.split('/')[0]));
  const json = ['executors.json', 'generators.json', 'package.json'];
  expect([...top].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'dist',
    'docs',
    ...json,
  ]);
  const kinds = inject('packed').filter(
    (path) =>
      !/^[^/]+$|\.js$|\.d\.ts$|^docs\/\w|\/schema\.json$|^dist\/THIRD-PARTY-LICENSES\.txt$/.test(path),
  );
  expect(kinds).toEqual([]);
});

test('what executors.json, generators.json and exports name is in the tarball', async () => {
  const installed = join(inject('e2e'), 'installed/node_modules/nx-docker-artifact');
  const json = async (name: string) => JSON.parse(await readFile(join(installed, name), 'utf8'));
  const { executors } = await json('executors.json');
  const { generators } = await json('generators.json');
  const { exports } = await json('package.json');
  const named = [
    ...Object.values<{ implementation: string; schema: string }>(executors).flatMap((executor) => [
      executor.implementation,
      executor.schema,
    ]),
    ...Object.values<{ factory: string; schema: string }>(generators).flatMap((generator) => [
      generator.factory,
      generator.schema,
    ]),
    ...Object.values<string | Record<string, string>>(exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    ),
  ].map((path) => path.replace('./', ''));
  expect(inject('packed')).toEqual(expect.arrayContaining(named));
});

test('the public API can be imported from a workspace', async () => {
  const workspace = await testWorkspace();
  await workspace.write({
    'use.mjs': `import { artifactName, build, clean, shell } from 'nx-docker-artifact';
console.log(artifactName({ package: 'alpha', version: '0.1.0', type: 'system' }), typeof build, typeof clean, typeof shell);\n`,
  });
  const { stdout } = await execa(process.execPath, ['use.mjs'], { cwd: workspace.root });
  expect(stdout).toBe('alpha-portable-0.1.0 function function function');
});

test('the plugin gives a project its targets', async () => {
  const workspace = await testWorkspace();
  const isolated = { env: { NX_ISOLATE_PLUGINS: 'true' } }; // in a process of its own, as by default
  const { code, text } = await workspace.nxWith(isolated, 'show', 'project', 'alpha', '--json');
  expect(code).toBe(0);
  const { targets } = JSON.parse(text);
  expect(Object.keys(targets).sort()).toEqual(TARGETS);
  expect(targets['build-artifact']).toMatchObject({ dependsOn: ['archive'], cache: false });
  expect(targets.archive).toMatchObject({ cache: true, outputs: ['{projectRoot}/.nerves/archive'] });
  for (const name of ['clean', 'shell', 'status', 'timing']) expect(targets[name].cache).toBe(false);
});
