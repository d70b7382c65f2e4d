import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { imageTag } from '../test/support/image.js';
import { TOOLBOX } from '../test/support/workspace.js';
import { json, systemOptions, TARGETS } from './support/systems.js';
import { testWorkspace } from './support/workspace.js';
import { bare, camera } from './support/workspaces.js';

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
  expect(Object.keys(targets).sort()).toEqual(TARGETS);
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
  expect(Object.keys(targets).sort()).toEqual(TARGETS);
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
