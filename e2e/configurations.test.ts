import { readdir } from 'node:fs/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { TOOLBOX } from '../test/support/workspace.js';
import { below, json } from './support/systems.js';
import { isHit, NO_ENGINE, testWorkspace, type Workspace } from './support/workspace.js';

const ALPHA = 'systems/alpha';
const ARTIFACT = `${ALPHA}/.nerves/artifacts/alpha-portable-0.1.0`;

/** As make does it: an object that is there is not built again, whatever FLAVOUR says now. */
const commands = {
  make: 'test -e object || { echo "building $FLAVOUR"; echo "$FLAVOUR" >object; }',
  archive: 'mkdir -p "$1"; cp object "$1"; tar -czf "$1.tar.gz" "$1"; rm -r "$1"',
};
const shell = (script: string) => ['sh', '-ec', script, 'sh', '{artifact_name}'];

/** A package with a default configuration and two others, with the inferred `archive` or, without `cached`, none. */
function packageOf({ cached = true } = {}) {
  const options = {
    build_runner_config: { docker: { tag: TOOLBOX, pull: 'never' } },
    build_runner_opts: { commands: { make: shell(commands.make), archive: shell(commands.archive) } },
  };
  const flavour = (FLAVOUR: string) => ({ env: { FLAVOUR } });
  const build = {
    executor: 'nx-docker-artifact:build',
    options,
    defaultConfiguration: 'plain',
    configurations: { plain: flavour('plain'), debug: flavour('debug'), production: flavour('production') },
    ...(!cached && { dependsOn: [] }),
  };
  return below(ALPHA, {
    VERSION: '0.1.0\n',
    'project.json': json({ name: 'alpha', targets: { 'build-artifact': build } }),
  });
}

/** What the archive has of the volume that it was made in. */
async function archived(workspace: Workspace): Promise<string> {
  const directory = workspace.path(`${ALPHA}/.nerves/archive`);
  const [file = ''] = (await readdir(directory)).filter((name) => name.endsWith('.tar.gz'));
  const cwd = directory;
  return (await execa('tar', ['-xzOf', file, `${file.replace('.tar.gz', '')}/object`], { cwd })).stdout;
}

async function succeeds(workspace: Workspace, ...args: string[]): Promise<string> {
  const { code, text } = await workspace.nx(...args);
  expect(code, text).toBe(0);
  return text;
}

const ids = async (workspace: Workspace) =>
  (await readdir(workspace.path(ARTIFACT))).filter((name) => name.startsWith('.docker_id')).sort();

test('each configuration has a build volume, and its archive nothing of another; clean removes them all', async () => {
  const workspace = await testWorkspace(packageOf());
  for (const configuration of ['debug', 'production']) {
    await succeeds(workspace, 'run', `alpha:archive:${configuration}`);
    expect(await archived(workspace)).toBe(configuration);
    const refused = await workspace.nx('run', `alpha:archive:${configuration}`, '--fresh');
    expect(refused.text).toContain(`\`nx run alpha:build-artifact:${configuration} --fresh\``);
  }
  await succeeds(workspace, 'run', 'alpha:build-artifact');
  expect(await workspace.read(`${ARTIFACT}/object`)).toBe('plain\n');
  expect(await ids(workspace)).toEqual(['.docker_id', '.docker_id.debug', '.docker_id.production']);
  expect(await workspace.volumes()).toHaveLength(6);

  // another one from the cache: its artifact, and still all volumes
  const restored = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact:debug');
  expect(isHit(restored, 'alpha:archive:debug')).toBe(true);
  expect(await workspace.read(`${ARTIFACT}/object`)).toBe('debug\n');
  expect(await ids(workspace)).toHaveLength(3);

  const inShell = await succeeds(workspace, 'run', 'alpha:shell:production', '--command', 'cat object');
  expect(inShell).toMatch(/^production$/m);

  const dry = await succeeds(workspace, 'run', 'alpha:clean', '--dry_run');
  for (const which of [', configuration debug,', ', configuration production,', ',']) {
    const lines = dry.match(
      new RegExp(`^would remove volume alpha-.* in ${workspace.root}${which} version `, 'gm'),
    );
    expect(lines, which).toHaveLength(2);
  }
  await succeeds(workspace, 'run', 'alpha:clean');
  expect(await workspace.volumes()).toEqual([]);
});

test('a build target that builds by itself uses the volume of its configuration, the default one by either name', async () => {
  const workspace = await testWorkspace(packageOf({ cached: false }));
  expect(await succeeds(workspace, 'run', 'alpha:build-artifact:debug')).toContain('builds in every run');
  expect(await workspace.read(`${ARTIFACT}/object`)).toBe('debug\n');
  for (const target of ['alpha:build-artifact', 'alpha:build-artifact:plain']) {
    await succeeds(workspace, 'run', target);
    expect(await workspace.read(`${ARTIFACT}/object`)).toBe('plain\n');
  }
  expect(await workspace.volumes()).toHaveLength(4);
  expect(await ids(workspace)).toEqual(['.docker_id', '.docker_id.debug']);
});
