import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { imageTag } from '../test/support/image.js';
import { some } from '../test/support/some.js';
import { TOOLBOX } from '../test/support/workspace.js';
import { below, json, systemOptions } from './support/systems.js';
import { fileWorkspace, testWorkspace } from './support/workspace.js';

const mixfile = `defmodule Camera.MixProject do
  use Mix.Project

  @version Path.join(__DIR__, "VERSION") |> File.read!() |> String.trim()

  def project do
    [app: :camera_system, version: @version, nerves_package: nerves_package(), deps: deps()]
  end

  defp nerves_package do
    [
      type: :system,
      platform: Nerves.System.BR,
      platform_config: [defconfig: "nerves_defconfig"],
      build_runner_opts: [make_args: site() ++ ["V=1"]],
      checksum: ~w(nerves_defconfig source.txt VERSION)
    ]
  end

  defp deps, do: [{:nerves_system_br, path: "../../platform"}]
  defp site, do: System.get_env("SITE") |> List.wrap()
end
`;

const camera = below('systems/camera', {
  'mix.exs': mixfile,
  VERSION: '0.3.0\n',
  nerves_defconfig: '',
  'source.txt': 'camera\n',
});

async function showsTargets(workspace: Awaited<ReturnType<typeof testWorkspace>>, project: string) {
  const { code, text } = await workspace.nx('show', 'project', project, '--json');
  expect(code, text).toBe(0);
  return JSON.parse(text).targets;
}

test('import: a mix.exs becomes a project that builds what Mix would call it', async () => {
  const workspace = await testWorkspace(camera);
  const { code, text } = await workspace.nx(
    'g',
    'nx-docker-artifact:import',
    '--mixfile',
    'systems/camera/mix.exs',
  );
  expect(code, text).toBe(0);
  expect(text).toContain(
    'Set in systems/camera/project.json, target build-artifact:\n  package = "camera_system"\n',
  );
  expect(text).toContain('line 15, build_runner_opts.make_args: site() (a call, which only Mix can make)\n');
  expect(text).toContain('CREATE systems/camera/project.json\n');
  const project = JSON.parse(await workspace.read('systems/camera/project.json'));
  expect(project).toEqual({
    $schema: '../../node_modules/nx/schemas/project-schema.json',
    name: 'camera_system',
    targets: {
      'build-artifact': {
        executor: 'nx-docker-artifact:build',
        options: {
          package: 'camera_system',
          type: 'system',
          platform: 'demo_br',
          platform_config: { defconfig: 'nerves_defconfig' },
          checksum: ['nerves_defconfig', 'source.txt', 'VERSION'],
          build_runner_opts: { make_args: ['V=1'] },
        },
      },
    },
  });
  const targets = await showsTargets(workspace, 'camera_system');
  expect(Object.keys(targets).sort()).toEqual(['archive', 'build-artifact', 'clean', 'shell', 'status']);
  expect(targets.archive.inputs).toContainEqual({ input: 'default', projects: ['demo_br'] });

  const again = await workspace.nx('g', 'nx-docker-artifact:import', 'systems/camera/mix.exs');
  expect(again.text).toContain('Nothing to change in systems/camera/project.json, target build-artifact.');
  expect(again.text).not.toMatch(/^(CREATE|UPDATE)/m);

  project.targets['build-artifact'].options.build_runner_config = systemOptions.build_runner_config;
  await workspace.write({ 'systems/camera/project.json': json(project) });
  const built = await workspace.nx('run', 'camera_system:build-artifact');
  expect(built.code, built.text).toBe(0);
  const artifact = 'systems/camera/.nerves/artifacts/camera_system-portable-0.3.0';
  expect(await workspace.read(`${artifact}/images/rootfs`)).toBe('camera\n');
});

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

const bare = {
  'nx.json': json({ analytics: false, neverConnectToCloud: true }),
  '.gitignore': 'node_modules\n.nx\n',
};

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
  expect(Object.keys(await showsTargets(workspace, 'alpha')).sort()).toEqual([
    ...['archive', 'build-artifact', 'clean', 'shell', 'status'],
  ]);
  const again = await workspace.nx('g', 'nx-docker-artifact:init');
  expect(again.text).toContain('nx.json already has the plugin nx-docker-artifact/plugin.');
  expect(again.text).toContain('.gitignore already has all the lines it needs.');
  expect(again.text).not.toMatch(/^(CREATE|UPDATE)/m);
});

test('system: a package that builds, in a workspace that was not set up', async () => {
  const workspace = await testWorkspace(bare);
  const args = ['g', 'nx-docker-artifact:system', 'rpi4', '--platform', 'demo_br'];
  const made = await workspace.nx(...args, '--dockerfile');
  expect(made.code, made.text).toBe(0);
  const created = made.text.split('\n').filter((line) => /^(CREATE|UPDATE) /.test(line));
  expect(created.sort()).toEqual(
    [
      ...['project.json', 'nerves_defconfig', 'VERSION', 'Dockerfile'].map(
        (file) => `CREATE systems/rpi4/${file}`,
      ),
      ...['UPDATE .gitignore', 'UPDATE nx.json'],
    ].sort(),
  );
  const again = await workspace.nx(...args, '--dockerfile');
  expect(again.text).toContain('rpi4 is already in systems/rpi4.');
  expect(again.text).not.toMatch(/^(CREATE|UPDATE)/m);

  const targets = await showsTargets(workspace, 'rpi4');
  expect(Object.keys(targets).sort()).toEqual(['archive', 'build-artifact', 'clean', 'shell', 'status']);
  const project = JSON.parse(await workspace.read('systems/rpi4/project.json'));
  project.targets['build-artifact'].options.build_runner_config.docker = {
    dockerfile: 'Dockerfile',
    tag: `nx-docker-artifact-test/${project.name}:0.1.0`,
    build_args: { PLATFORM_IMAGE: TOOLBOX },
  };
  // what the demo platform packs
  await workspace.write({ 'systems/rpi4/project.json': json(project), 'systems/rpi4/source.txt': 'rpi4\n' });
  const built = await workspace.nx('run', 'rpi4:build-artifact');
  expect(built.code, built.text).toBe(0);
  const artifact = 'systems/rpi4/.nerves/artifacts/rpi4-portable-0.1.0';
  expect(await readFile(workspace.path(`${artifact}/images/rootfs`), 'utf8')).toBe('rpi4\n');
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

/** As crosstool-NG 1.28: by a defconfig in its directory, into CT_PREFIX, which is read-only then. */
const CT_NG = `\
#!/bin/sh -e
case $1 in
defconfig) cp defconfig .config ;;
build) bin=$CT_PREFIX/riscv64-unknown-elf/bin; mkdir -p "$bin"; cp .config "$bin/config"; chmod -R a-w "$CT_PREFIX"/* ;;
esac
`;

test('toolchain: what the commands of crosstool-NG leave is the artifact', async () => {
  const workspace = await testWorkspace();
  const made = await workspace.nx('g', 'nx-docker-artifact:toolchain', 'riscv');
  expect(made.code, made.text).toBe(0);
  const project = await workspace.read('toolchains/riscv/project.json');
  const install = 'chmod 755 /usr/bin/ct-ng && useradd -m builder';
  await workspace.write({
    'toolchains/riscv/project.json': project.replace('riscv_builder:1', imageTag()),
    'toolchains/riscv/ct-ng': CT_NG,
    'toolchains/riscv/Dockerfile': `FROM ${TOOLBOX}\nCOPY ct-ng /usr/bin/\nRUN ${install}\nUSER builder\n`,
  });
  const config = 'toolchains/riscv/.nerves/artifacts/current/bin/config';
  for (const line of ['CT_ARCH_RISCV=y\n', 'CT_ARCH_ARM=y\n']) {
    await workspace.write({ 'toolchains/riscv/defconfig': line });
    const built = await workspace.nx('run', 'riscv:build-artifact', '--output-style=stream');
    expect(built.code, built.text).toBe(0);
    expect(built.text).toMatch(/\.nerves\/archive\/riscv-\w+-0\.1\.0-[0-9A-F]{7}\.tar\.xz/);
    expect(await workspace.read(config)).toBe(`CT_LOCAL_TARBALLS_DIR="/nerves/dl"\n${line}`);
  }
});
