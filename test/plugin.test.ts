import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as plugin from '../src/plugin.js';
import { temporaryDirectory, writeFiles } from './support/workspace.js';

const BUILD = 'nx-docker-artifact:build';
const ARCHIVE = 'nx-docker-artifact:archive';
const [glob, infer] = plugin.createNodes;

/** What the plugin infers in a workspace of these files, by project root: the targets. */
async function inferred(files: Record<string, unknown>, options?: Parameters<typeof infer>[1]) {
  const projects = await inferredProjects(files, options);
  return Object.fromEntries(
    Object.entries(projects).map(([root, project]) => [root, project?.targets ?? {}]),
  );
}

async function inferredProjects(files: Record<string, unknown>, options?: Parameters<typeof infer>[1]) {
  const workspaceRoot = await temporaryDirectory('workspace');
  const texts = Object.entries(files).map(([name, json]) => [
    name,
    typeof json === 'string' ? json : JSON.stringify(json),
  ]);
  await writeFiles(workspaceRoot, Object.fromEntries(texts));
  const results = infer(Object.keys(files), options, { workspaceRoot });
  for (const [file, { projects = {} }] of results) expect(Object.keys(projects)).toEqual([dirname(file)]);
  return Object.fromEntries(
    results.map(([file, { projects }]) => [dirname(file), projects?.[dirname(file)]]),
  );
}

const project = (options: object = {}, more: object = {}) => ({
  ...{ name: 'alpha', targets: { 'build-artifact': { executor: BUILD, options } }, ...more },
});

test('it has a name, which older versions of Nx cannot give to an ES module', () => {
  expect(plugin.name).toBe('nx-docker-artifact/plugin');
});

test('Nx hands it the files that can hold a project, at the top too', () => {
  expect(glob).toBe('{project.json,**/project.json,package.json,**/package.json}');
});

test('a build target gets the other three, and what it needs itself', async () => {
  const { 'systems/alpha': targets } = await inferred({ 'systems/alpha/project.json': project() });
  expect(targets).toMatchObject({
    'build-artifact': { executor: BUILD, dependsOn: ['archive'], cache: false },
    archive: { executor: ARCHIVE, cache: true, outputs: ['{projectRoot}/.nerves/archive'] },
    clean: { executor: 'nx-docker-artifact:clean', cache: false },
    shell: { executor: 'nx-docker-artifact:shell', cache: false },
  });
  expect(Object.keys(targets ?? {})).toHaveLength(4);
});

test('a project.json may have comments and commas at the end of lists, as Nx takes them', async () => {
  const text = `{ // ours\n${JSON.stringify(project(), null, 2).slice(1).replace('"name": "alpha",', '"name": "alpha", /* x */')}`;
  const commented = text.replace(/\}\s*\}\s*$/, '},\n}');
  expect(commented).toMatch(/,\s*\}$/);
  expect(Object.keys((await inferred({ 'a/project.json': commented })).a ?? {}).sort()).toEqual([
    'archive',
    'build-artifact',
    'clean',
    'shell',
  ]);
});

test('the shell has no dependsOn, or keystrokes get lost', async () => {
  const { alpha } = await inferred({ 'alpha/project.json': project() });
  expect(alpha?.shell?.dependsOn).toBeUndefined();
  expect(alpha?.shell).not.toHaveProperty('continuous');
});

test('the archive is cached by the same inputs that the build has, and our outputs are none of them', async () => {
  const { alpha } = await inferred({ 'alpha/project.json': project() });
  expect(alpha?.archive?.inputs).toEqual(alpha?.['build-artifact']?.inputs);
  expect(alpha?.archive?.inputs).toEqual([
    'default',
    '!{projectRoot}/.nerves/**/*',
    '!{projectRoot}/build.log',
    '!{projectRoot}/build.log.1',
    { env: 'NERVES_SYSTEM' },
    // none of npm's: without a list Nx takes them all
    { externalDependencies: [] },
  ]);
});

test('nothing runs a Docker build alone for it', async () => {
  const { alpha } = await inferred({ 'alpha/project.json': project() });
  for (const target of Object.values(alpha ?? {})) expect(target).not.toHaveProperty('parallelism');
});

test('a build target of another name is named to the others', async () => {
  const targets = { 'artifact:build': { executor: BUILD } };
  const { alpha } = await inferred({ 'alpha/project.json': { name: 'alpha', targets } });
  expect(Object.keys(alpha ?? {})).toEqual(['artifact:build', 'archive', 'clean', 'shell']);
  for (const name of ['archive', 'clean', 'shell']) {
    expect(alpha?.[name]?.options).toMatchObject({ build_target: 'artifact:build' });
  }
});

test('the inferred targets can have other names', async () => {
  const options = { archive_target: 'pack', clean_target: 'wipe', shell_target: 'sh' };
  const { alpha } = await inferred({ 'alpha/project.json': project() }, options);
  expect(Object.keys(alpha ?? {})).toEqual(['build-artifact', 'pack', 'wipe', 'sh']);
  expect(alpha?.['build-artifact']?.dependsOn).toEqual(['pack']);
});

test('the nx key of a package.json is a project, too', async () => {
  const { alpha, beta } = await inferred({
    'alpha/package.json': { name: '@acme/alpha', nx: project() },
    'beta/package.json': { name: 'beta', scripts: { build: 'x' } },
  });
  expect(Object.keys(alpha ?? {})).toHaveLength(4);
  expect(beta).toBeUndefined();
});

test('a project at the top of the workspace has the root "."', async () => {
  expect(Object.keys(await inferred({ 'project.json': project() }))).toEqual(['.']);
});

test('projects without our executor get nothing', async () => {
  const targets = { build: { executor: 'nx:run-commands' }, lint: {} };
  expect(
    await inferred({ 'a/project.json': { name: 'a', targets }, 'b/project.json': { name: 'b' } }),
  ).toEqual({});
});

/** The inputs of a package in systems/alpha, but the first four, its own files. */
async function inputsFor(options: object, more: Record<string, unknown> = {}) {
  const all = await inferred({ 'systems/alpha/project.json': project(options), ...more });
  return all['systems/alpha']?.archive?.inputs?.slice(4) ?? [];
}

/** Those of them that are files. */
async function filesFor(...parameters: Parameters<typeof inputsFor>) {
  const inputs = await inputsFor(...parameters);
  return inputs.filter(
    (input) => typeof input === 'string' || !('env' in input || 'externalDependencies' in input),
  );
}

describe('the variables that a build depends on', () => {
  const variablesFor = async (options: object, configurations = {}) => {
    const targets = { 'build-artifact': { executor: BUILD, options, configurations } };
    const { alpha } = await inferred({ 'alpha/project.json': { name: 'alpha', targets } });
    return alpha?.archive?.inputs?.flatMap((input) =>
      typeof input === 'object' && 'env' in input ? input.env : [],
    );
  };

  test('what replaces the artifact, and what is in its name', async () => {
    expect(await variablesFor({})).toEqual(['NERVES_SYSTEM']);
    expect(await variablesFor({ type: 'system' })).toEqual(['NERVES_SYSTEM']);
    expect(await variablesFor({ type: 'toolchain' })).toEqual(['NERVES_TOOLCHAIN', 'HOST_OS', 'HOST_ARCH']);
    expect(await variablesFor({ type: 'package' })).toEqual(['HOST_OS', 'HOST_ARCH']);
  });

  test('what the caller is asked for in env, in any configuration', async () => {
    const env = { BR2_PRIMARY_SITE: null, BR2_JLEVEL: 2, EMPTY: '', FALSE: false };
    expect(await variablesFor({ env })).toEqual(['NERVES_SYSTEM', 'BR2_PRIMARY_SITE']);
    const other = { other: { env: { TOKEN: null } } };
    expect(await variablesFor({ env }, other)).toEqual(['NERVES_SYSTEM', 'BR2_PRIMARY_SITE', 'TOKEN']);
  });
});

describe('what an archive is made with is in its options, which Nx hashes', () => {
  const madeWith = async (options: object, configurations = {}) => {
    const targets = { 'build-artifact': { executor: BUILD, options, configurations } };
    const { alpha } = await inferred({ 'alpha/project.json': { name: 'alpha', targets } });
    return alpha?.archive?.options.made_with;
  };
  const tool = 'nx-docker-artifact \\d+\\.\\d+\\.\\d+\\S*';
  const docker = (platform?: unknown) => ({ build_runner_config: { docker: { tag: 'x', platform } } });

  test('the plugin and the architecture', async () => {
    expect(await madeWith({})).toMatch(new RegExp(`^${tool}, ${process.arch}$`));
    expect(await madeWith(docker(5))).toMatch(new RegExp(`^${tool}, ${process.arch}$`));
  });

  test('no architecture where the options say which one it is, in every configuration', async () => {
    const arm = docker('linux/arm64');
    expect(await madeWith(arm)).toMatch(new RegExp(`^${tool}$`));
    expect(await madeWith(arm, { other: docker() })).toMatch(new RegExp(`^${tool}, ${process.arch}$`));
  });

  test('the operating system where the name has the host', async () => {
    const host = `${process.platform}, ${process.arch}`;
    for (const type of ['toolchain', 'package']) {
      expect(await madeWith({ type, ...docker('linux/arm64') })).toMatch(new RegExp(`^${tool}, ${host}$`));
    }
  });
});

describe('a platform', () => {
  test('that is a project is an input by its name, wherever that stands', async () => {
    const expected = (name: string) => [{ input: 'default', projects: [name] }];
    const br = { 'deps/br/project.json': { name: 'nerves_system_br' } };
    expect(await filesFor({ platform: 'nerves_system_br' }, br)).toEqual(expected('nerves_system_br'));
    const npm = { 'deps/br/package.json': { name: '@acme/br' } };
    expect(await filesFor({ platform: '@acme/br' }, npm)).toEqual(expected('@acme/br'));
    const unnamed = { 'deps/my_br/project.json': {} };
    expect(await filesFor({ platform: 'my_br' }, unnamed)).toEqual(expected('my_br'));
  });

  test('that is a folder is an input with all its files, also those that git ignores', async () => {
    for (const platform of ['deps/br', './deps/br', 'deps/br/']) {
      expect((await filesFor({ platform }))?.[0]).toEqual({
        ...{ fileset: '{workspaceRoot}/deps/br/**/*', includeIgnored: true },
      });
    }
  });

  test('that is a folder is one without what this tool makes in it', async () => {
    expect((await filesFor({ platform: 'deps/br' })).slice(1)).toEqual(
      ['.nerves/**/*', 'build.log', 'build.log.1'].map((path) => ({
        ...{ fileset: `!{workspaceRoot}/deps/br/**/${path}`, includeIgnored: true },
      })),
    );
  });

  test('that is a folder is hashed by a program where Nx does not hash what git ignores', async () => {
    const schema = { 'node_modules/nx/schemas/project-schema.json': '{"fileset": {}}' };
    const [input, ...more] = await filesFor({ platform: "deps/my 'br'" }, schema);
    expect(more).toEqual([]);
    const { runtime } = input as { runtime: string };
    expect(runtime).toMatch(/^node '.*hash-directory\.js' 'deps\/my '\\''br'\\'''$/);
    const words = execFileSync('sh', ['-c', `set -- ${runtime}; printf '%s\\n' "$@"`], { encoding: 'utf8' });
    expect(words.split('\n').slice(2)).toEqual(["deps/my 'br'", '']);
  });

  test('that is nerves_system_br is one without the Buildroot that it unpacks at its top', async () => {
    const unpacked = ['buildroot*', 'buildroot*/**/*'].map((path) => ({
      ...{ fileset: `!{workspaceRoot}/deps/nerves_system_br/${path}`, includeIgnored: true },
    }));
    for (const platform of ['deps/nerves_system_br', 'deps/nerves_system_br/']) {
      expect((await filesFor({ platform })).slice(4)).toEqual(unpacked);
    }
    expect(await filesFor({ platform: 'deps/my_nerves_system_br' })).toHaveLength(4);
  });

  test('outside of the workspace is none, as Nx does not look there', async () => {
    for (const platform of ['../br', '/opt/br', '']) expect(await filesFor({ platform })).toEqual([]);
  });

  test('and a Dockerfile elsewhere are both inputs', async () => {
    const docker = ['../../docker/Dockerfile', 'x:1'];
    const inputs = await filesFor({ platform: 'deps/br', build_runner_config: { docker } });
    expect(inputs).toContain('{workspaceRoot}/docker/Dockerfile');
    expect(inputs).toContain('{workspaceRoot}/docker/Dockerfile.dockerignore');
    expect(inputs?.[0]).toMatchObject({ fileset: '{workspaceRoot}/deps/br/**/*' });
  });

  test('and a Dockerfile in the package need nothing more', async () => {
    for (const docker of [
      ['Dockerfile', 'x:1'],
      { dockerfile: './docker/Dockerfile', tag: 'x' },
      { tag: 'x' },
    ]) {
      expect(await filesFor({ build_runner_config: { docker } })).toEqual([]);
    }
  });

  test('and a context that has the package in it are inputs without what this tool makes', async () => {
    const docker = { tag: 'x', dockerfile: 'Dockerfile', context: '..' };
    expect(await filesFor({ build_runner_config: { docker } })).toEqual([
      '{workspaceRoot}/systems/**/*',
      '!{workspaceRoot}/systems/**/.nerves/**/*',
      '!{workspaceRoot}/systems/**/build.log',
      '!{workspaceRoot}/systems/**/build.log.1',
    ]);
  });
});

describe('what a package depends on', () => {
  const dependencies = async (options: object, more: Record<string, unknown>, configurations = {}) => {
    const targets = { 'build-artifact': { executor: BUILD, options, configurations } };
    const own = { 'systems/alpha/project.json': { name: 'alpha', targets } };
    return (await inferredProjects({ ...own, ...more }))['systems/alpha']?.implicitDependencies;
  };

  test('is a platform whose name stands in a project.json, in any configuration', async () => {
    const one = { 'one/project.json': { name: '@acme/one' }, 'two/project.json': { name: 'two' } };
    expect(await dependencies({ platform: '@acme/one' }, one)).toEqual(['@acme/one']);
    const other = { other: { platform: 'two' } };
    expect(await dependencies({ platform: '@acme/one' }, one, other)).toEqual(['@acme/one', 'two']);
  });

  test('is nothing that may be no project, which would be an error of the whole workspace', async () => {
    expect(await dependencies({ platform: 'deps/br' }, {})).toEqual([]);
    expect(await dependencies({ platform: 'br' }, { 'br/project.json': {} })).toEqual([]);
    expect(await dependencies({ platform: 'br' }, { 'br/package.json': { name: 'br' } })).toEqual([]);
    expect(await dependencies({ platform: 'alpha' }, {})).toEqual([]);
    const odd = { 'a/project.json': { name: '!odd' }, 'b/project.json': { name: 'od*' } };
    for (const platform of ['!odd', 'od*']) expect(await dependencies({ platform }, odd)).toEqual([]);
  });
});

describe('nothing throws, as that would block every nx command of the workspace', () => {
  test.each<[string, unknown]>([
    ['no JSON', '{"targets":'],
    ['an empty file', ''],
    ['null', null],
    ['a list', []],
    ['a text', '"text"'],
    ['targets that are null', { targets: null }],
    ['targets that are a text', { targets: 'x' }],
    ['targets that are a list', { targets: [1, null] }],
    ['a target that is null', { targets: { a: null } }],
    ['a target that is a text', { targets: { a: BUILD } }],
    ['an nx key that is a text', { nx: 'x' }],
  ])('%s', async (_, json) => {
    const files = { 'a/project.json': json, 'b/package.json': json, 'good/project.json': project() };
    expect(Object.keys(await inferred(files))).toEqual(['good']);
  });

  test('a file that is gone', () => {
    expect(infer(['gone/project.json'], undefined, { workspaceRoot: '/nowhere' })).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'text'],
    ['a number', 5],
    ['a list', []],
    ['a platform that is a number', { platform: 5 }],
    ['a platform that is a name of JavaScript', { platform: 'constructor' }],
    ['a docker that is a number', { build_runner_config: { docker: 5 } }],
    ['a docker that is a text', { build_runner_config: { docker: 'Dockerfile' } }],
    ['a docker that is an empty list', { build_runner_config: { docker: [] } }],
    ['a Dockerfile that is a number', { build_runner_config: { docker: [5, 6] } }],
    ['a context that is a list', { build_runner_config: { docker: { context: ['..'] } } }],
    ['a config that is null', { build_runner_config: null }],
  ])('options that are %s are for the executor to judge', async (_, options) => {
    const { alpha } = await inferred({ 'alpha/project.json': project(options as object) });
    expect(Object.keys(alpha ?? {})).toHaveLength(4);
  });

  test.each<[string, object]>([
    ['an object', { archive_target: { toString: 0 } }],
    ['a list', { clean_target: [], shell_target: [[]] }],
    ['null', { archive_target: null }],
  ])('a name in the options of the plugin that is %s is none', async (_, options) => {
    const { alpha } = await inferred({ 'alpha/project.json': project() }, options);
    expect(Object.keys(alpha ?? {})).toEqual(['build-artifact', 'archive', 'clean', 'shell']);
  });

  test('a name that is no text', async () => {
    for (const name of [{ toString: 0 }, 5, null, []]) {
      const { alpha } = await inferred({ 'alpha/project.json': project({}, { name }) });
      expect(Object.keys(alpha ?? {})).toHaveLength(4);
    }
  });

  test('anything that JSON can be', async () => {
    const [executor, options, configurations] = [fc.constant(BUILD), fc.jsonValue(), fc.jsonValue()];
    const anyTarget = fc.record({ executor, options, configurations });
    const anyTargets = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), anyTarget));
    const anyFile = fc.record({ name: fc.jsonValue(), nx: fc.jsonValue(), targets: anyTargets });
    const anyOptions = fc.oneof(fc.jsonValue(), fc.record({ archive_target: fc.jsonValue() }));
    const anyDefaults = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constant(BUILD), fc.jsonValue()));
    const workspaceRoot = await temporaryDirectory('workspace');
    await fc.assert(
      fc.asyncProperty(anyFile, anyOptions, anyDefaults, async (json, options, targetDefaults) => {
        const files = {
          'a/project.json': JSON.stringify(json),
          'b/package.json': JSON.stringify({ nx: json }),
        };
        await writeFiles(workspaceRoot, files);
        const context = { workspaceRoot, nxJsonConfiguration: { targetDefaults } };
        infer(Object.keys(files), options as never, context as never);
      }),
      { numRuns: 200 },
    );
  }, 30_000);
});
