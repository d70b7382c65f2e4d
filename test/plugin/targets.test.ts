import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import * as plugin from '../../src/plugin.js';
import { BUILD, glob, inferred, project } from '../support/inference.js';

const ARCHIVE = 'nx-docker-artifact:archive';

test('createNodes: plugin.ts exports a name, which older versions of Nx cannot give to an ES module', () => {
  expect(plugin.name).toBe('nx-docker-artifact/plugin');
});

test('createNodes matches the files that can hold a project, at the top too', () => {
  expect(glob).toBe('{project.json,**/project.json,package.json,**/package.json}');
});

test('createNodes gives a build target the others, and what it needs itself', async () => {
  const { 'systems/alpha': targets } = await inferred({ 'systems/alpha/project.json': project() });
  expect(targets).toMatchObject({
    'build-artifact': {
      ...{ executor: BUILD, dependsOn: ['archive'], cache: false },
      outputs: ['{projectRoot}/.nerves/artifacts/current.json'],
    },
    archive: { executor: ARCHIVE, cache: true, outputs: ['{projectRoot}/.nerves/archive'] },
    clean: { executor: 'nx-docker-artifact:clean', cache: false },
    shell: { executor: 'nx-docker-artifact:shell', cache: false },
    status: { executor: 'nx-docker-artifact:status', cache: false },
    timing: { executor: 'nx-docker-artifact:timing', cache: false },
  });
  expect(Object.keys(targets ?? {})).toHaveLength(6);
});

test('createNodes reads a project.json with comments and trailing commas, as Nx does', async () => {
  const text = `{ // ours\n${JSON.stringify(project(), null, 2).slice(1).replace('"name": "alpha",', '"name": "alpha", /* x */')}`;
  const commented = text.replace(/\}\s*\}\s*$/, '},\n}');
  expect(commented).toMatch(/,\s*\}$/);
  expect(Object.keys((await inferred({ 'a/project.json': commented })).a ?? {}).sort()).toEqual([
    'archive',
    'build-artifact',
    'clean',
    'shell',
    'status',
    'timing',
  ]);
});

test('createNodes gives the shell no dependsOn, or keystrokes get lost', async () => {
  const { alpha } = await inferred({ 'alpha/project.json': project() });
  expect(alpha?.shell?.dependsOn).toBeUndefined();
  expect(alpha?.shell).not.toHaveProperty('continuous');
});

test('createNodes caches the archive by the inputs of the build, without our outputs', async () => {
  const { alpha } = await inferred({ 'alpha/project.json': project() });
  const [key, ...inputs] = [...(alpha?.archive?.inputs ?? [])].reverse();
  expect(key).toEqual({ runtime: expect.stringMatching(/^node \S+key\/program\.js alpha build-artifact$/) });
  expect(inputs.reverse()).toEqual(alpha?.['build-artifact']?.inputs);
  expect(inputs).toEqual([
    'default',
    '!{projectRoot}/.nerves/**/*',
    '!{projectRoot}/build.log',
    '!{projectRoot}/build.log.1',
    { env: 'NERVES_SYSTEM' },
    // none of npm's: without a list Nx takes them all
    { externalDependencies: [] },
  ]);
});

test('createNodes has words that a shell would change quoted in the input of the key', async () => {
  const { "my 'systems'/alpha": targets } = await inferred({ "my 'systems'/alpha/project.json": project() });
  const { runtime } = (targets?.archive?.inputs?.at(-1) ?? {}) as { runtime?: string };
  const words = execFileSync('sh', ['-c', `set -- ${runtime}; printf '%s\\n' "$@"`], { encoding: 'utf8' });
  expect(words.split('\n').slice(2)).toEqual(["my 'systems'/alpha", 'build-artifact', '']);
});

test('createNodes has every file hashed, also where Nx Cloud would go by what a recorded run has read', async () => {
  const { alpha } = await inferred({ 'alpha/project.json': project() });
  expect(alpha?.archive).toMatchObject({ ultracache: { mode: 'off' } });
});

test('createNodes does not let a Docker build run alone', async () => {
  const { alpha } = await inferred({ 'alpha/project.json': project() });
  for (const target of Object.values(alpha ?? {})) expect(target).not.toHaveProperty('parallelism');
});

test('createNodes passes a build target of another name to the others', async () => {
  const targets = { 'artifact:build': { executor: BUILD } };
  const { alpha } = await inferred({ 'alpha/project.json': { name: 'alpha', targets } });
  expect(Object.keys(alpha ?? {})).toEqual([
    'artifact:build',
    'archive',
    'clean',
    'shell',
    'status',
    'timing',
  ]);
  for (const name of ['archive', 'clean', 'shell', 'status', 'timing']) {
    expect(alpha?.[name]?.options).toMatchObject({ build_target: 'artifact:build' });
  }
});

test('createNodes gives the inferred targets other names on request', async () => {
  const options = {
    ...{ archive_target: 'pack', clean_target: 'wipe', shell_target: 'sh', status_target: 'st' },
    timing_target: 'tm',
  };
  const { alpha } = await inferred({ 'alpha/project.json': project() }, options);
  expect(Object.keys(alpha ?? {})).toEqual(['build-artifact', 'pack', 'wipe', 'sh', 'st', 'tm']);
  expect(alpha?.['build-artifact']?.dependsOn).toEqual(['pack']);
});

test('createNodes reads the nx key of a package.json, too', async () => {
  const { alpha, beta } = await inferred({
    'alpha/package.json': { name: '@acme/alpha', nx: project() },
    'beta/package.json': { name: 'beta', scripts: { build: 'x' } },
  });
  expect(Object.keys(alpha ?? {})).toHaveLength(6);
  expect(beta).toBeUndefined();
});

test('createNodes gives a project at the top of the workspace the root "."', async () => {
  expect(Object.keys(await inferred({ 'project.json': project() }))).toEqual(['.']);
});

test('createNodes gives projects without our executor nothing', async () => {
  const targets = { build: { executor: 'nx:run-commands' }, lint: {} };
  expect(
    await inferred({ 'a/project.json': { name: 'a', targets }, 'b/project.json': { name: 'b' } }),
  ).toEqual({});
});

test('createNodes lets Nx name a project whose name stands in a package.json beside its targets', async () => {
  const targets = { 'build-artifact': { executor: BUILD, configurations: { ci: {} } } };
  const { alpha } = await inferred({ 'alpha/project.json': { targets } });
  expect(alpha?.archive?.configurations).toEqual({ ci: { build_target: '{projectName}:build-artifact:ci' } });
});
