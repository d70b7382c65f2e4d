import { mkdir, readdir, symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { BUSYBOX } from '../test/support/workspace.js';
import { below, json, system, systemOptions } from './support/systems.js';
import { isHit, NO_ENGINE, testWorkspace } from './support/workspace.js';

const withoutPlugin = json({
  namedInputs: { default: ['{projectRoot}/**/*'] },
  analytics: false,
  neverConnectToCloud: true,
});
const BUILD = 'nx-docker-artifact:build';
const withDefaults = (targetDefaults: object) =>
  json({ ...JSON.parse(withoutPlugin), plugins: ['nx-docker-artifact/plugin'], targetDefaults });
const ROOTFS = '.nerves/artifacts/alpha-portable-0.1.0/images/rootfs';

test('without the plugin `build` alone builds and unpacks', async () => {
  const workspace = await testWorkspace({ 'nx.json': withoutPlugin });
  const first = await workspace.nx('run', 'alpha:build-artifact');
  expect(first.text).toContain('>>> toy 1.0 Building');
  expect(first.text).toMatch(/\(unpacked, \d+ ms\)$/m);
  expect(first.code).toBe(0);
  expect(await workspace.read(`systems/alpha/${ROOTFS}`)).toBe('alpha\n');
  await workspace.write({ 'systems/alpha/source.txt': 'changed\n' });
  const second = await workspace.nx('run', 'alpha:build-artifact', '--no-wait', '--path', 'dist');
  expect(second.code).toBe(0);
  expect(await workspace.read(`systems/alpha/${ROOTFS}`)).toBe('changed\n');
  expect(await readdir(workspace.path('dist'))).toHaveLength(3);
  expect(await workspace.containers()).toEqual([]);
});

test('targets written out by hand read the options of their `build_target`', async () => {
  const target = (name: string, more: object = {}) => ({
    executor: `nx-docker-artifact:${name}`,
    options: { build_target: 'image' },
    ...more,
  });
  const options = {
    package: 'tool',
    build_runner_config: { docker: { tag: BUSYBOX, pull: 'never' }, workdir: '/work' },
    build_runner_opts: {
      commands: {
        make: ['sh', '-c', 'echo ">>> $1 Building"; cp {package_dir}/source.txt made', 'sh', '{make_args}'],
        archive: [
          'sh',
          '-c',
          'mkdir $1; cp made $1; tar -czf $1.tar.gz $1; rm -r $1',
          'sh',
          '{artifact_name}',
        ],
      },
      make_args: ['fast'],
    },
  };
  const targets = {
    image: { executor: 'nx-docker-artifact:build', options, configurations: { slow: { env: { A: 1 } } } },
    'image-archive': target('archive', {
      cache: true,
      inputs: ['default'],
      outputs: ['{projectRoot}/.nerves/archive'],
    }),
    'image-clean': target('clean'),
    'image-shell': target('shell'),
    elsewhere: target('shell', { options: { build_target: 'alpha:image:slow' } }),
  };
  const project = json({ name: 'alpha', targets });
  const workspace = await testWorkspace({ 'nx.json': withoutPlugin, 'systems/alpha/project.json': project });

  const archived = await workspace.nx('run', 'alpha:image-archive');
  expect(archived.text).toContain('>>> fast Building');
  expect(archived.code).toBe(0);
  expect((await workspace.nx('run', 'alpha:image-archive')).text).toContain('[local cache]');
  const built = await workspace.nx('run', 'alpha:image');
  expect(built.code, built.text).toBe(0);
  expect(await workspace.read('systems/alpha/.nerves/artifacts/tool-portable-0.1.0/made')).toBe('alpha\n');
  const shell = await workspace.nx('run', 'alpha:image-shell', '--command', 'pwd; cat made');
  expect(shell.text).toContain('\n/work\nalpha\n');
  expect(shell.code).toBe(0);
  const elsewhere = await workspace.nx('run', 'alpha:elsewhere', '--command', 'echo "A is $A"');
  expect(elsewhere.text).toContain('A is 1\n');
  expect((await workspace.nx('run', 'alpha:image-clean')).code).toBe(0);
  expect(await workspace.volumes()).toEqual([]);
});

test('a `build_target` that is not there is named', async () => {
  const shell = { executor: 'nx-docker-artifact:shell' };
  const clean = { executor: 'nx-docker-artifact:clean', options: { build_target: 'nothing' } };
  const workspace = await testWorkspace({
    'nx.json': withoutPlugin,
    ...below('systems/alpha', system('alpha', systemOptions, { shell, clean, other: { command: 'true' } })),
  });
  const missing = await workspace.nx('run', 'alpha:shell', '--build_target=nothing');
  expect(missing.text).toMatch(/^TARGET_MISSING: could not find alpha:nothing: there is no such target$/m);
  expect(missing.code).toBe(1);
  const other = await workspace.nx('run', 'alpha:shell', '--build_target=other');
  expect(other.text).toMatch(/^TARGET_MISSING: .* its executor is nx:run-commands/m);
  // nothing of the options is needed to clean
  expect((await workspace.nx('run', 'alpha:clean')).code).toBe(0);
});

test('a bad image is one clear line of ours also where only Nx has checked the options', async () => {
  const docker = ['Dockerfile'];
  const options = { ...systemOptions, build_runner_config: { docker } };
  const files = below('systems/alpha', system('alpha', options));
  const workspace = await testWorkspace({ 'nx.json': withoutPlugin, ...files });
  const { code, text } = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(code).toBe(1);
  expect(text).toMatch(
    /^BAD_OPTION: could not read the options of alpha:build-artifact: "build_runner_config\.docker/m,
  );
  expect(text).not.toContain('additionalProperties');
});

test('an executor, options and a configuration that stand only in nx.json are inferred from and cached', async () => {
  const configurations = { loud: { env: { LOUD: '1' } } };
  const workspace = await testWorkspace({
    'nx.json': withDefaults({ 'build-*': { executor: BUILD, options: systemOptions, configurations } }),
    'systems/alpha/project.json': json({ name: 'alpha', targets: { 'build-artifact': {} } }),
    'systems/beta/project.json': json({
      name: 'beta',
      targets: { 'build-artifact': { command: 'echo own' } },
    }),
  });
  const isArchiveHit = async (configuration = '') => {
    const ran = await workspace.nx('run', `alpha:build-artifact${configuration}`);
    expect(ran.text).not.toContain('note:');
    return isHit(ran, `alpha:archive${configuration}`);
  };
  expect(await isArchiveHit()).toBe(false);
  expect(await isArchiveHit()).toBe(true);
  expect(await isArchiveHit(':loud')).toBe(false);
  expect(await isArchiveHit(':loud')).toBe(true);
  await workspace.write({ 'platform/VERSION': '1.29.1\n' });
  expect(await isArchiveHit(), 'the platform that nx.json names').toBe(false);
  const own = await workspace.nx('run', 'beta:build-artifact');
  expect(own.text).toContain('\nown\n');
  const shell = await workspace.nx('run', 'alpha:shell', '--command', 'cat runs');
  expect(shell.text).toContain('run\n');
});

test.each([
  [
    'of the target',
    { targets: { 'build-artifact': { executor: BUILD, dependsOn: ['^build-artifact'] } } },
    {},
  ],
  ['of nx.json', { targets: { 'build-artifact': {} } }, { executor: BUILD, dependsOn: ['^build-artifact'] }],
])('a `dependsOn` %s that replaces the inferred one is reported in one line', async (_, project, more) => {
  const workspace = await testWorkspace({
    'nx.json': withDefaults({ 'build-artifact': { options: systemOptions, ...more } }),
    'systems/alpha/project.json': json({ name: 'alpha', ...project }),
  });
  const { code, text } = await workspace.nx('run', 'alpha:build-artifact');
  expect(code, text).toBe(0);
  expect(text.match(/^note: .*$/gm)).toEqual([
    'note: alpha:build-artifact builds in every run, as nothing of it is cached: add "archive" to its "dependsOn", which replaces the inferred one',
  ]);
});

test('a `.nerves` that is a link to a bigger disk, where Nx caches nothing, is reported in one line', async () => {
  const workspace = await testWorkspace();
  const disk = workspace.path('../disk');
  await mkdir(disk);
  await symlink(disk, workspace.path('systems/alpha/.nerves'));
  const { code, text } = await workspace.nx('run', 'alpha:build-artifact');
  expect(code, text).toBe(0);
  expect(text.match(/^note: .*$/gm)).toEqual([
    expect.stringMatching(
      /systems\/alpha\/\.nerves is a link, below which Nx caches nothing.*use a mount, or "artifact_dir"/,
    ),
  ]);
});
