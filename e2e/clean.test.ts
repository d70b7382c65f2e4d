import { access, readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { TOOLBOX } from '../test/support/workspace.js';
import { system, systemOptions } from './support/systems.js';
import { NO_ENGINE, testWorkspace } from './support/workspace.js';

const ALPHA = 'systems/alpha';
const ARTIFACT = `${ALPHA}/.nerves/artifacts/alpha-portable-0.1.0`;
const ARCHIVE = `${ALPHA}/.nerves/archive`;

test('clean removes volumes, artifact and archive of its project; a second one finds nothing', async () => {
  const workspace = await testWorkspace();
  await workspace.nx('run-many', '-t', 'build-artifact');
  const volumes = await workspace.volumes();
  const [alphas, betas] = ['alpha-', 'beta-'].map((name) =>
    volumes.filter((found) => found.startsWith(name)),
  );
  expect(alphas).toHaveLength(2);

  const dry = await workspace.nx('run', 'alpha:clean', '--dry_run');
  for (const what of [...(alphas ?? []), workspace.path(ARTIFACT), workspace.path(ARCHIVE)]) {
    expect(dry.text).toMatch(new RegExp(`^would remove .*${what}`, 'm'));
  }
  expect(dry.code).toBe(0);
  expect(dry.text).not.toContain('--fresh');
  expect(await workspace.volumes()).toEqual(volumes);
  await access(workspace.path(ARTIFACT));

  const real = await workspace.nx('run', 'alpha:clean');
  expect(real.text).toContain(`removed ${workspace.path(ARTIFACT)}\n`);
  expect(real.text).toContain('To build anew: nx run alpha:build-artifact --fresh\n');
  expect(real.code).toBe(0);
  expect(await workspace.volumes()).toEqual(betas);
  await expect(access(workspace.path(ARTIFACT))).rejects.toThrow('ENOENT');
  await expect(access(workspace.path(ARCHIVE))).rejects.toThrow('ENOENT');
  await access(workspace.path('systems/beta/.nerves/archive'));

  const again = await workspace.nx('run', 'alpha:clean');
  expect(again.text).not.toContain('removed');
  expect(again.code).toBe(0);

  // then the artifact comes from the cache, and the next build has a volume of its own
  const restored = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(restored.code).toBe(0);
  expect(await workspace.read(`${ARTIFACT}/images/rootfs`)).toBe('alpha\n');
  await workspace.write({ [`${ALPHA}/source.txt`]: 'changed\n' });
  expect((await workspace.nx('run', 'alpha:archive')).code).toBe(0);
  expect(await workspace.read(`${ALPHA}/build.log`)).toContain('runs in this volume: 1\n');
});

test('without an engine clean removes the files, and fails naming the engine', async () => {
  const workspace = await testWorkspace();
  await workspace.nx('run', 'alpha:build-artifact');
  const { code, text } = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:clean');
  expect(code).toBe(1);
  expect(text).toContain(`removed ${workspace.path(ARTIFACT)}\n`);
  expect(text).toMatch(/^CLEAN_INCOMPLETE: could not clean alpha: /m);
  expect(text).toMatch(/ENGINE_UNREACHABLE: .*\/nonexistent\.sock/);
  expect(text).toMatch(/^ {2}-> .*DOCKER_HOST/m);
  expect(await readdir(workspace.path(`${ALPHA}/.nerves`))).not.toContain('archive');
  expect(await workspace.volumes()).toHaveLength(2);
});

test('clean works with options that are wrong, and leaves a build that runs alone', async () => {
  const workspace = await testWorkspace({ [`${ALPHA}/hold`]: 'make' });
  const build = workspace.start(['run', 'alpha:archive']);
  await build.prints(/holding in make/);
  const refused = await workspace.nx('run', 'alpha:clean');
  expect(refused.text).toMatch(/container alpha-\S+ .*: a build is running in it \(pid \d+ on \S+\)$/m);
  expect(refused.code).toBe(1);
  expect(await workspace.containers()).toHaveLength(1);
  process.kill(build.pid, 'SIGTERM');
  await build.exitCode();

  const project = await workspace.read(`${ALPHA}/project.json`);
  await workspace.write({ [`${ALPHA}/project.json`]: project.replace('"platform"', '"platfrom"') });
  expect((await workspace.nx('run', 'alpha:clean')).code).toBe(0);
  expect(await workspace.volumes()).toEqual([]);
});

test('clean removes the image of a tag that no target names any more, and keeps the one that a target names', async () => {
  const tag = `nx-docker-artifact-test/clean-${process.pid}`;
  const projectJson = (name: string, version: number) => {
    const docker = ['Dockerfile', `${tag}:${version}`];
    return system(name, { ...systemOptions, build_runner_config: { docker } })['project.json'] ?? '';
  };
  const files = { [`${ALPHA}/project.json`]: projectJson('alpha', 1) };
  const workspace = await testWorkspace({ ...files, [`${ALPHA}/Dockerfile`]: `FROM ${TOOLBOX}\n` });
  expect((await workspace.nx('run', 'alpha:archive')).code).toBe(0);
  expect((await workspace.nx('run', 'alpha:clean', '--dry_run')).text).not.toContain(' image ');
  await workspace.write({ [`${ALPHA}/project.json`]: projectJson('alpha', 2) });
  expect((await workspace.nx('run', 'alpha:archive')).code).toBe(0);
  await workspace.write({ 'systems/beta/project.json': projectJson('beta', 1) });
  expect((await workspace.nx('run', 'alpha:clean', '--dry_run')).text, 'beta names it').not.toContain(
    ' image ',
  );
  await workspace.git('checkout', '--quiet', 'systems/beta');
  const { text, code } = await workspace.nx('run', 'alpha:clean');
  expect(code, text).toBe(0);
  expect(text.match(/^removed image .*$/gm)).toEqual([
    expect.stringMatching(
      `^removed image ${tag}:1 \\(alpha in .*; [\\d.]+ MB; made .*; no target names it\\)$`,
    ),
  ]);
});
