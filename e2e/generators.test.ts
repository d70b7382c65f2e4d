import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { imageTag } from '../test/support/image.js';
import { some } from '../test/support/some.js';
import { TOOLBOX } from '../test/support/workspace.js';
import { below, json, TARGETS } from './support/systems.js';
import { fileWorkspace, testWorkspace } from './support/workspace.js';
import { bare, camera } from './support/workspaces.js';

async function showsTargets(workspace: Awaited<ReturnType<typeof testWorkspace>>, project: string) {
  const { code, text } = await workspace.nx('show', 'project', project, '--json');
  expect(code, text).toBe(0);
  return JSON.parse(text).targets;
}

const shared = await fileWorkspace({
  ...camera,
  'systems/shop/mix.exs': 'defmodule Shop do\n  def project, do: [app: :shop]\nend\n',
});

test.each(
  some(
    [
      [
        ['import', '--mixfile', 'systems/shop/mix.exs'],
        /MIXFILE_BAD: could not import systems\/shop\/mix\.exs: it is not a Nerves package/,
      ],
      [['import', '--mixfile', 'none/mix.exs'], /BAD_OPTION: .*there is no file none\/mix\.exs/],
      [['import'], /Required property 'mixfile' is missing/],
      [['import', '--mixfile', 'systems/camera/mix.exs', '--force'], /'force' is not found in schema/],
      [['system', 'rpi4', '--platform', 'none'], /BAD_OPTION: .*no Nx project is called "none"/],
      [
        ['system', 'alpha', '--platform', 'demo_br', '--directory', 'x'],
        /BAD_OPTION: .*is called alpha already/,
      ],
      [['system', 'rpi4'], /Required property 'platform' is missing/],
      [
        ['package', 'hello', '--directory', 'systems/alpha'],
        /BAD_OPTION: .*the project alpha is at systems\/alpha/,
      ],
      [['package'], /Required property 'name' is missing/],
      [['pin', 'none'], /TARGET_MISSING: .*none: there is no such project/],
      [['pin', 'alpha', '--force'], /'force' is not found in schema/],
      [['init', '--all'], /'all' is not found in schema/],
    ],
    4,
  ),
)('`nx g` %j is refused in one line and writes nothing', async ([generator, ...args], expected) => {
  const { code, text } = await shared.nx('g', `nx-docker-artifact:${generator}`, ...args);
  expect(code).toBe(1);
  expect(text.split('\n').filter((line) => expected.test(line))).toHaveLength(1);
  expect(text).not.toMatch(/^ +at /m); // no stack
  expect(await shared.git('status', '--short')).toBe('');
});

test.each(
  some(
    [
      ['import', ['mixfile', 'overwrite']],
      ['system', ['name', 'platform', 'directory', 'dockerfile']],
      ['package', ['name', 'directory']],
      ['toolchain', ['name', 'directory']],
      ['pin', ['project', 'update']],
      ['init', []],
    ],
    2,
  ),
)(
  '`nx g nx-docker-artifact:%s --help` says what it does, its options and an example',
  async (name, options) => {
    const { code, text } = await shared.nx('g', `nx-docker-artifact:${name}`, '--help');
    expect(code).toBe(0);
    for (const option of options) expect(text).toMatch(new RegExp(`^ +--${option} `, 'm'));
    expect(text).toMatch(new RegExp(`Examples:\\s+nx g\\s(.*\\n)?\\s*nx-docker-artifact:${name}\\s`));
    expect(text).not.toContain('undefined');
  },
);

test('--dry-run shows what would be done', async () => {
  const { code, text } = await shared.nx(
    'g',
    'nx-docker-artifact:import',
    'systems/camera/mix.exs',
    '--dry-run',
  );
  expect(code).toBe(0);
  expect(text).toContain('CREATE systems/camera/project.json');
  expect(await shared.git('status', '--short')).toBe('');
});

test('`nx add` sets the workspace up, and init changes nothing afterwards', async () => {
  const workspace = await testWorkspace(bare);
  const [tarball = ''] = (await readdir(inject('e2e'))).filter((name) => name.endsWith('.tgz'));
  const added = await workspace.nx('add', `nx-docker-artifact@file:${join(inject('e2e'), tarball)}`);
  expect(added.code, added.text).toBe(0);
  expect(added.text).toContain('Added the plugin nx-docker-artifact/plugin to nx.json.');
  expect(added.text).toContain('Added .nerves/, build.log, build.log.1 to .gitignore.');
  expect(JSON.parse(await workspace.read('nx.json'))).toEqual({
    ...JSON.parse(bare['nx.json']),
    plugins: ['nx-docker-artifact/plugin'],
  });
  expect(Object.keys(await showsTargets(workspace, 'alpha')).sort()).toEqual(TARGETS);
  const again = await workspace.nx('g', 'nx-docker-artifact:init');
  expect(again.text).toContain('nx.json already has the plugin nx-docker-artifact/plugin.');
  expect(again.text).toContain('.gitignore already has all the lines it needs.');
  expect(again.text).not.toMatch(/^(CREATE|UPDATE)/m);
});

test('pin: says what to write into a Dockerfile, as the engine knows it', async () => {
  const image = 'nx-docker-artifact-test/never-there:1';
  const project = {
    name: 'pinned',
    targets: {
      'build-artifact': {
        executor: 'nx-docker-artifact:build',
        options: { platform: 'demo_br', build_runner_config: { docker: ['Dockerfile', 'pinned:1'] } },
      },
    },
  };
  const workspace = await testWorkspace(
    below('systems/pinned', { 'project.json': json(project), Dockerfile: `FROM ${image} AS base\n` }),
  );
  const { code, text } = await workspace.nx('g', 'nx-docker-artifact:pin', 'pinned');
  expect(code, text).toBe(0);
  expect(text).toContain(
    `The image is built from systems/pinned/Dockerfile; it is its FROM that can be pinned:\n  line 1: ${image}: the engine knows no digest of it`,
  );
  expect(text).not.toMatch(/^(CREATE|UPDATE)/m);
});

test('system asks for its platform on a terminal', async () => {
  const workspace = await testWorkspace();
  const nx = workspace.onTerminal(['g', 'nx-docker-artifact:system', 'rpi4']);
  await nx.prints(/Which platform is it built with/);
  nx.type('demo_br\r');
  expect(await nx.exitCode(), nx.text()).toBe(0);
  const { targets } = JSON.parse(await workspace.read('systems/rpi4/project.json'));
  expect(targets['build-artifact'].options.platform).toBe('demo_br');
});

test('package asks for its name on a terminal, and makes what builds, in a workspace that was not set up', async () => {
  const workspace = await testWorkspace(bare);
  const nx = workspace.onTerminal(['g', 'nx-docker-artifact:package']);
  await nx.prints(/What is the package called/);
  nx.type('hello\r');
  expect(await nx.exitCode(), nx.text()).toBe(0);
  expect(nx.text()).toContain('hello is now in packages/hello. To build it: nx run hello:build-artifact');
  const project = await workspace.read('packages/hello/project.json');
  await workspace.write({
    'packages/hello/project.json': project.replace('hello_builder:1', imageTag()),
    'packages/hello/Dockerfile': `FROM ${TOOLBOX}\n`, // has what the Dockerfile installs
  });
  const built = await workspace.nx('run', 'hello:build-artifact');
  expect(built.code, built.text).toBe(0);
  expect(built.text).toContain('>>> hello Building');
  const program = workspace.path('packages/hello/.nerves/artifacts/current/bin/hello');
  expect((await execa(program)).stdout).toBe('Hello');
});

test('package: a Makefile that is there builds', async () => {
  const makefile = 'hello: hello.txt\n\tcp hello.txt hello\n';
  const files = below('libs/hello', {
    Makefile: makefile,
    'hello.txt': 'hello\n',
    Dockerfile: `FROM ${TOOLBOX}\n`,
  });
  const workspace = await testWorkspace(files);
  const made = await workspace.nx('g', 'nx-docker-artifact:package', 'hello', '--directory', 'libs/hello');
  expect(made.code, made.text).toBe(0);
  expect(made.text).toContain('libs/hello/Makefile is kept, and runs in a copy of the package.');
  const project = await workspace.read('libs/hello/project.json');
  await workspace.write({ 'libs/hello/project.json': project.replace('hello_builder:1', imageTag()) });
  const built = await workspace.nx('run', 'hello:build-artifact');
  expect(built.code, built.text).toBe(0);
  expect(await workspace.read('libs/hello/.nerves/artifacts/current/hello')).toBe('hello\n');
});
