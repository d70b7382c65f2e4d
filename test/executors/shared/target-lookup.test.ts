import type { ExecutorContext, TargetConfiguration } from '@nx/devkit';
import { describe, expect, test } from 'vitest';
import {
  currentProject,
  dependsOnArchive,
  findBuildTarget,
  locate,
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

describe('build_target', () => {
  const more = { beta: { make: build({ version: '2' }, { ci: { verbose: true } }) } };
  const find = (text: string, targets: Targets = { 'build-artifact': build({ version: '1' }) }) =>
    findBuildTarget(contextOf(targets, { more }), text);

  test('names a target of the same project', () => {
    expect(find('build-artifact')).toEqual({
      ...{
        project: 'alpha',
        target: 'build-artifact',
        name: 'alpha:build-artifact',
        options: { version: '1' },
      },
    });
  });

  test('names a target of another project, with a configuration or without', () => {
    expect(find('beta:make')).toEqual({
      project: 'beta',
      target: 'make',
      name: 'beta:make',
      options: { version: '2' },
    });
    expect(find('beta:make:ci').options).toEqual({ version: '2', verbose: true });
  });

  test('names a target whose name has colons, as the plugin infers it', () => {
    const targets = { 'artifact:build': build({ version: '3' }) };
    expect(find('artifact:build', targets)).toMatchObject({ project: 'alpha', options: { version: '3' } });
  });

  test('names a target without options', () => {
    expect(find('build-artifact', { 'build-artifact': { executor: BUILD } }).options).toEqual({});
  });

  test.each([
    ['nothing', 'alpha:nothing: there is no such target'],
    ['gamma:make', 'gamma:make: there is no such target'],
    ['beta:make:prod', 'beta:make:prod: there is no such configuration'],
    [':', ':: there is no such target'],
    ['constructor:x', 'constructor:x: there is no such target'],
  ])('%s is missing', (text, message) => {
    expect(() => find(text)).toThrow(
      expect.objectContaining({
        code: 'TARGET_MISSING',
        message: expect.stringContaining(`could not find ${message}`),
        hint: expect.stringContaining('Set "build_target"'),
      }),
    );
  });

  test('with another executor is not meant', () => {
    const targets = { 'build-artifact': { executor: 'nx:run-commands' } };
    expect(() => find('build-artifact', targets)).toThrow(
      'alpha:build-artifact: its executor is nx:run-commands, not nx-docker-artifact:build',
    );
  });
});

describe('whether Nx has run the archive target before', () => {
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
  ])('it has with dependsOn %j', (dependsOn) => {
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
  ])('it has not with dependsOn %j', (dependsOn) => {
    expect(hasRun(dependsOn)).toBe(false);
  });

  test('the executor counts, not the name', () => {
    expect(hasRun(['pack'], { pack: { executor: ARCHIVE } })).toBe(true);
    expect(hasRun(['archive'], { archive: { executor: 'nx:run-commands' } })).toBe(false);
  });
});

describe('the place of a project and its platform', () => {
  const at = (platform?: string, project = 'alpha') =>
    locate(
      contextOf({}, { more: { nerves_system_br: {}, '@acme/br': {} } }),
      project,
      buildOptions.parse({ platform }),
    );

  test('a project', () => {
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
  ])('platform %s', (platform, expected) => {
    expect(at(platform).platformAt).toEqual(expected);
  });

  test('a project that is not in the workspace', () => {
    expect(() => at(undefined, 'gamma')).toThrow('TARGET_MISSING: could not find gamma');
    const context = { ...contextOf({}), projectName: undefined };
    expect(() => currentProject(context)).toThrow('Nx did not say for which project this runs');
  });
});
