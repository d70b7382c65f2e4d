import type { ExecutorContext, TargetConfiguration } from '@nx/devkit';
import { describe, expect, test } from 'vitest';
import {
  currentProject,
  dependsOnArchive,
  findBuildTarget,
  locate,
  otherConfiguration,
  taskName,
} from '../../../src/executors/shared/target-lookup.js';
import { buildOptions } from '../../../src/options/schema.js';

type Targets = Record<string, TargetConfiguration>;

const BUILD = 'nx-docker-artifact:build';
const ARCHIVE = 'nx-docker-artifact:archive';

/** The context of an executor that runs `alpha:<target>`. */
function contextOf(targets: Targets, { target = 'archive', more = {} as Record<string, Targets> } = {}) {
  const projects = Object.entries({ alpha: targets, ...more }).map(([name, targets]) => [
    name,
    { name, root: `systems/${name}`, targets },
  ]);
  return {
    root: '/ws',
    projectName: 'alpha',
    targetName: target,
    projectsConfigurations: { version: 2, projects: Object.fromEntries(projects) },
  } as unknown as ExecutorContext;
}

const build = (options: object, configurations?: Record<string, object>): TargetConfiguration => ({
  ...{ executor: BUILD, options, configurations },
});

test('taskName() has the configuration, where that is not the default one', () => {
  expect(taskName({ name: 'alpha:build-artifact' })).toBe('alpha:build-artifact');
  expect(taskName({ name: 'alpha:build-artifact', configuration: 'ci' })).toBe('alpha:build-artifact:ci');
});

describe('findBuildTarget()', () => {
  const more = { beta: { make: build({ version: '2' }, { ci: { verbose: true } }) } };
  const find = (text: string, targets: Targets = { 'build-artifact': build({ version: '1' }) }) =>
    findBuildTarget(contextOf(targets, { more }), text);

  test('finds a target of the same project', () => {
    expect(find('build-artifact')).toEqual({
      ...{
        project: 'alpha',
        target: 'build-artifact',
        name: 'alpha:build-artifact',
        options: { version: '1' },
      },
    });
  });

  test('finds a target of another project, with or without a configuration', () => {
    expect(find('beta:make')).toEqual({
      project: 'beta',
      target: 'make',
      name: 'beta:make',
      options: { version: '2' },
    });
    expect(find('beta:make:ci').options).toEqual({ version: '2', verbose: true });
  });

  test.each([
    ['beta:make:ci', undefined, 'ci'],
    ['beta:make:ci', 'ci', undefined],
    ['beta:make:ci', 'debug', 'ci'],
    ['beta:make', 'ci', undefined],
  ])(
    '%s, where the default one is %s, is of the configuration %s',
    (text, defaultConfiguration, expected) => {
      const beta = { make: { ...build({}, { ci: {}, debug: {} }), defaultConfiguration } };
      expect(findBuildTarget(contextOf({}, { more: { beta } }), text).configuration).toBe(expected);
    },
  );

  test('finds a target whose name has colons, as the plugin infers it', () => {
    const targets = { 'artifact:build': build({ version: '3' }) };
    expect(find('artifact:build', targets)).toMatchObject({ project: 'alpha', options: { version: '3' } });
  });

  test('finds a target without options', () => {
    expect(find('build-artifact', { 'build-artifact': { executor: BUILD } }).options).toEqual({});
  });

  test.each([
    ['nothing', 'alpha:nothing: there is no such target'],
    ['gamma:make', 'gamma:make: there is no such target'],
    ['beta:make:prod', 'beta:make:prod: there is no such configuration'],
    [':', ':: there is no such target'],
    ['constructor:x', 'constructor:x: there is no such target'],
  ])('reports that %s is missing', (text, message) => {
    expect(() => find(text)).toThrow(
      expect.objectContaining({
        code: 'TARGET_MISSING',
        message: expect.stringContaining(`could not find ${message}`),
        hint: expect.stringContaining('Set "build_target"'),
      }),
    );
  });

  test('refuses a target with another executor', () => {
    const targets = { 'build-artifact': { executor: 'nx:run-commands' } };
    expect(() => find('build-artifact', targets)).toThrow(
      'alpha:build-artifact: its executor is nx:run-commands, not nx-docker-artifact:build',
    );
  });
});

describe('dependsOnArchive()', () => {
  const hasRun = (
    dependsOn: TargetConfiguration['dependsOn'],
    targets: Targets = { archive: { executor: ARCHIVE } },
  ) =>
    dependsOnArchive(
      contextOf(
        { ...targets, 'build-artifact': { executor: BUILD, dependsOn } },
        { target: 'build-artifact' },
      ),
      'alpha',
    );

  test.each<[TargetConfiguration['dependsOn']]>([
    [['archive']],
    [['^build', 'archive']],
    [['alpha:archive']],
    [[{ target: 'archive' }]],
    [[{ target: 'archive', params: 'forward' }]],
    [[{ target: 'archive', projects: 'self' }]],
    [[{ target: 'archive', projects: ['beta', 'alpha'] }]],
  ])('is true with dependsOn %j', (dependsOn) => {
    expect(hasRun(dependsOn)).toBe(true);
  });

  test.each<[TargetConfiguration['dependsOn']]>([
    [undefined],
    [[]],
    [['^archive']],
    [['beta:archive']],
    [['other']],
    [[{ target: 'archive', dependencies: true }]],
    [[{ target: 'archive', projects: 'beta' }]],
    [[{ target: 'archive', projects: ['beta'] }]],
  ])('is false with dependsOn %j', (dependsOn) => {
    expect(hasRun(dependsOn)).toBe(false);
  });

  test('goes by the executor, not the name', () => {
    expect(hasRun(['pack'], { pack: { executor: ARCHIVE } })).toBe(true);
    expect(hasRun(['archive'], { archive: { executor: 'nx:run-commands' } })).toBe(false);
  });
});

describe('locate()', () => {
  const at = (platform?: string, project = 'alpha') =>
    locate(
      contextOf({}, { more: { nerves_system_br: {}, '@acme/br': {} } }),
      project,
      buildOptions.parse({ platform }),
    );

  test('locates a project', () => {
    expect(at()).toEqual({
      workspaceRoot: '/ws',
      project: 'alpha',
      projectRoots: ['/ws/systems/alpha', '/ws/systems/nerves_system_br', '/ws/systems/@acme/br'],
      root: '/ws/systems/alpha',
      platformAt: undefined,
    });
  });

  test.each([
    ['nerves_system_br', { name: 'nerves_system_br', root: '/ws/systems/nerves_system_br' }],
    ['@acme/br', { name: 'acme-br', root: '/ws/systems/@acme/br' }],
    ['deps/nerves_system_br', { name: 'nerves_system_br', root: '/ws/deps/nerves_system_br' }],
    ['/abs/my_br', { name: 'my_br', root: '/abs/my_br' }],
    ['constructor', { name: 'constructor', root: '/ws/constructor' }],
  ])('locates the platform %s', (platform, expected) => {
    expect(at(platform).platformAt).toEqual(expected);
  });

  test('refuses a project that is not in the workspace', () => {
    expect(() => at(undefined, 'gamma')).toThrow('TARGET_MISSING: could not find gamma');
    const context = { ...contextOf({}), projectName: undefined };
    expect(() => currentProject(context)).toThrow('Nx did not say for which project this runs');
  });
});

test.each<[string | undefined, string | undefined, string | undefined]>([
  [undefined, undefined, undefined],
  ['production', undefined, 'production'],
  ['production', 'production', undefined],
  ['debug', 'production', 'debug'],
  [undefined, 'production', undefined],
])(
  'otherConfiguration() of %s, where the default one is %s, is %s',
  (configurationName, defaultConfiguration, expected) => {
    const targets = { archive: { executor: ARCHIVE, defaultConfiguration } };
    expect(otherConfiguration({ ...contextOf(targets), configurationName }, 'alpha')).toBe(expected);
  },
);
