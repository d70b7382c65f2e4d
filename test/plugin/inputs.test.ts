import { describe, expect, test } from 'vitest';
import { BUILD, inferred, inferredProjects, project } from '../support/inference.js';

/** The inputs of a package in systems/alpha, but the first four, its own files. */
async function inputsFor(options: object, more: Record<string, unknown> = {}) {
  const all = await inferred({ 'systems/alpha/project.json': project(options), ...more });
  return all['systems/alpha']?.archive?.inputs?.slice(4) ?? [];
}

/** Those of them that are files. */
async function filesFor(...parameters: Parameters<typeof inputsFor>) {
  const inputs = await inputsFor(...parameters);
  return inputs.filter(
    (input) =>
      typeof input === 'string' || !('env' in input || 'externalDependencies' in input || 'runtime' in input),
  );
}

describe('inputsOf(): environmentInputs(): the variables that a build depends on', () => {
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

test('inputsOf(): environmentInputs(): what make_args take from the caller, in any configuration', async () => {
  const options = {
    build_runner_opts: { make_args: ['A={env:SITE}', 5, `B={{env:NONE}} \${env:NONE} {env:}`] },
  };
  const configurations = { ci: { build_runner_opts: { make_args: ['A={env:SITE}{env:PORT}'] } } };
  const targets = { 'build-artifact': { executor: BUILD, options, configurations } };
  const { alpha } = await inferred({ 'alpha/project.json': { name: 'alpha', targets } });
  const names = alpha?.archive?.inputs?.flatMap((input) =>
    typeof input === 'object' && 'env' in input ? input.env : [],
  );
  expect(names).toEqual(['NERVES_SYSTEM', 'SITE', 'PORT']);
});

describe('inputsOf(): madeWith() in the options, which Nx hashes', () => {
  const madeWith = async (options: object, configurations = {}) => {
    const targets = { 'build-artifact': { executor: BUILD, options, configurations } };
    const { alpha } = await inferred({ 'alpha/project.json': { name: 'alpha', targets } });
    return alpha?.archive?.options.made_with;
  };
  const tool = 'nx-docker-artifact \\d+\\.\\d+';
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

describe('inputsOf(): a platform', () => {
  test('that is a project is an input by its name, wherever that stands', async () => {
    const expected = (name: string) => [{ input: 'default', projects: [name] }];
    const br = { 'deps/br/project.json': { name: 'nerves_system_br' } };
    expect(await filesFor({ platform: 'nerves_system_br' }, br)).toEqual(expected('nerves_system_br'));
    const npm = { 'deps/br/package.json': { name: '@acme/br' } };
    expect(await filesFor({ platform: '@acme/br' }, npm)).toEqual(expected('@acme/br'));
    const unnamed = { 'deps/my_br/project.json': {} };
    expect(await filesFor({ platform: 'my_br' }, unnamed)).toEqual(expected('my_br'));
  });

  test('that is a folder is an input with all its files, for `affected`', async () => {
    for (const platform of ['deps/br', './deps/br', 'deps/br/']) {
      expect((await filesFor({ platform }))?.[0]).toBe('{workspaceRoot}/deps/br/**/*');
    }
  });

  test('that is a folder is one without what this tool makes in it', async () => {
    expect((await filesFor({ platform: 'deps/br' })).slice(1)).toEqual(
      ['.nerves/**/*', 'build.log', 'build.log.1'].map((path) => `!{workspaceRoot}/deps/br/**/${path}`),
    );
  });

  test('that is nerves_system_br is one without the Buildroot that it unpacks at its top', async () => {
    const unpacked = ['buildroot*', 'buildroot*/**/*'].map(
      (path) => `!{workspaceRoot}/deps/nerves_system_br/${path}`,
    );
    for (const platform of ['deps/nerves_system_br', 'deps/nerves_system_br/']) {
      expect((await filesFor({ platform })).slice(4)).toEqual(unpacked);
    }
    expect(await filesFor({ platform: 'deps/my_nerves_system_br' })).toHaveLength(4);
  });

  test('outside the workspace is none, as Nx does not look there', async () => {
    for (const platform of ['../br', '/opt/br', '']) expect(await filesFor({ platform })).toEqual([]);
  });

  test('and a Dockerfile elsewhere are both inputs', async () => {
    const docker = ['../../docker/Dockerfile', 'x:1'];
    const inputs = await filesFor({ platform: 'deps/br', build_runner_config: { docker } });
    expect(inputs).toContain('{workspaceRoot}/docker/Dockerfile');
    expect(inputs).toContain('{workspaceRoot}/docker/Dockerfile.dockerignore');
    expect(inputs?.[0]).toBe('{workspaceRoot}/deps/br/**/*');
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

describe('inputsOf(): platformDependencies(): what a package depends on', () => {
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

  test('is nothing that may not be a project, which would be an error of the entire workspace', async () => {
    expect(await dependencies({ platform: 'deps/br' }, {})).toEqual([]);
    expect(await dependencies({ platform: 'br' }, { 'br/project.json': {} })).toEqual([]);
    expect(await dependencies({ platform: 'br' }, { 'br/package.json': { name: 'br' } })).toEqual([]);
    expect(await dependencies({ platform: 'alpha' }, {})).toEqual([]);
    const odd = { 'a/project.json': { name: '!odd' }, 'b/project.json': { name: 'od*' } };
    for (const platform of ['!odd', 'od*']) expect(await dependencies({ platform }, odd)).toEqual([]);
  });
});
