import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { platform } from '../test/support/platform.js';
import { below, json, platformProject, system, systemOptions } from './support/systems.js';
import { isHit, testWorkspace } from './support/workspace.js';

test('a package and a platform are hashed and restored whatever their directories are called', async () => {
  const directory = `systems/o'dd, [x] {y,z} (ü) !`;
  const workspace = await testWorkspace({
    ...below(directory, system('odd', { ...systemOptions, platform: 'deps/[fetched] {1}' })),
    ...below('deps/[fetched] {1}', platform),
    'deps/.gitignore': '*\n',
  });
  const isArchiveHit = async () => isHit(await workspace.nx('run', 'odd:build-artifact'), 'odd:archive');
  expect(await isArchiveHit()).toBe(false);
  expect(await isArchiveHit()).toBe(true);
  await workspace.write({ [`${directory}/source.txt`]: 'changed\n' });
  expect(await isArchiveHit()).toBe(false);
  await workspace.write({ 'deps/[fetched] {1}/ignored-by-git': 'changed\n' });
  expect(await isArchiveHit()).toBe(false);
  await workspace.remove(`${directory}/.nerves`);
  expect(await isArchiveHit()).toBe(true);
  expect(await workspace.read(`${directory}/.nerves/artifacts/odd-portable-0.1.0/images/rootfs`)).toBe(
    'changed\n',
  );
});

test('options that make no sense are no hindrance for other projects', async () => {
  const config = (docker: unknown) => ({ ...systemOptions, build_runner_config: { docker } });
  const bad: Record<string, unknown> = {
    empty: { platform: '' },
    root: { platform: '.' },
    outside: { platform: '../..' },
    number: { platform: 5 },
    glob: { platform: '!a[b{c' },
    context: config({ tag: 'x', context: 5 }),
    list: config([]),
    none: null,
    text: 'text',
  };
  const projects = Object.entries(bad).map(([name, options]) =>
    below(`systems/${name}`, system(name, options as object)),
  );
  const workspace = await testWorkspace(Object.assign({}, ...projects));
  const { code, text } = await workspace.nx('run-many', '-t', 'archive', '--nx-bail=false');
  expect(code).toBe(1);
  const failed = /Failed tasks:\n\n((?:- .*\n)+)/.exec(text)?.[1] ?? '';
  expect(failed.split('\n').filter(Boolean).sort()).toEqual(
    Object.keys(bad)
      .map((name) => `- ${name}:archive`)
      .sort(),
  );
  for (const name of ['alpha', 'beta']) expect(text).toContain(`✔  nx run ${name}:archive`);
  expect(text.match(/^(BAD_OPTION|PLATFORM_MISSING): /gm)).toHaveLength(Object.keys(bad).length);
});

test('a configuration, and options in nx.json, are built and hashed like those of the target', async () => {
  const target = {
    executor: 'nx-docker-artifact:build',
    configurations: { other: { platform: 'other_br', env: { COLOUR: 'blue' } } },
  };
  const nx = JSON.parse(await readFile(join(import.meta.dirname, '../examples/monorepo/nx.json'), 'utf8'));
  const workspace = await testWorkspace({
    ...below('other', platformProject('other_br')),
    'other/rules.mk': `${platform['rules.mk']}\nall: colour\ncolour:\n\t@echo ">>> colour $(COLOUR)"\n`,
    'nx.json': json({ ...nx, targetDefaults: { 'nx-docker-artifact:build': { options: systemOptions } } }),
    'systems/alpha/project.json': json({ name: 'alpha', targets: { 'build-artifact': target } }),
  });
  const first = await workspace.nx('run', 'alpha:build-artifact');
  expect(first.code, first.text).toBe(0);
  expect(first.text).not.toContain('>>> colour');
  const second = await workspace.nx('run', 'alpha:build-artifact:other');
  expect(second.text).toContain('> nx run alpha:archive:other\n');
  expect(second.text).toContain('>>> colour blue');
  const isArchiveHit = async (configuration: string) =>
    isHit(await workspace.nx('run', `alpha:archive${configuration}`), `alpha:archive${configuration}`);
  expect(await isArchiveHit('')).toBe(true);
  expect(await isArchiveHit(':other')).toBe(true);
  await workspace.write({ 'platform/hold.sh': { content: '#!/bin/sh\n', mode: 0o755 } });
  expect(await isArchiveHit(''), 'the platform named in nx.json').toBe(false);
  await workspace.write({ 'other/hold.sh': { content: '#!/bin/sh\n', mode: 0o755 } });
  expect(await isArchiveHit(':other'), 'the platform of the configuration').toBe(false);
});
