import type { NxJsonConfiguration as NxJson, TargetConfiguration } from '@nx/devkit';
import { readTargetDefaultsForTarget } from 'nx/src/devkit-internals.js';
import { describe, expect, test } from 'vitest';
import { withDefaults } from '../../src/plugin/target-defaults.js';
import { BUILD, inferred, inferredProjects } from '../support/inference.js';

const NAME = 'build-artifact';
const ALL = [NAME, 'archive', 'clean', 'shell', 'status', 'timing'];

describe('createNodes and an executor that stands only in targetDefaults', () => {
  const defaults = { [NAME]: { executor: BUILD, options: { platform: 'deps/br' } } };
  const targetsOf = async (target: unknown, targetDefaults: object = defaults, more = {}) => {
    const files = { 'alpha/project.json': { name: 'alpha', targets: { [NAME]: target } }, ...more };
    return (await inferred(files, undefined, { targetDefaults })).alpha;
  };
  const names = async (...parameters: Parameters<typeof targetsOf>) =>
    Object.keys((await targetsOf(...parameters)) ?? {});

  test.each<[string, object]>([
    ['the name of the target', defaults],
    ['a glob', { 'build-*': { executor: BUILD } }],
    ['a list', { [NAME]: [{ cache: false }, { executor: BUILD }] }],
    ['a list for this project', { [NAME]: [{ filter: { projects: ['alpha'] }, executor: BUILD }] }],
  ])('infers all targets by %s', async (_, targetDefaults) => {
    expect(await names({}, targetDefaults)).toEqual(ALL);
    expect(await names({ options: { version: '1' } }, targetDefaults)).toEqual(ALL);
  });

  test.each<[string, unknown, object]>([
    ['of another executor', { executor: 'nx:run-commands' }, defaults],
    ['of a command', { command: 'make' }, defaults],
    ['of another name', {}, { other: { executor: BUILD } }],
    ['that is not an object', BUILD, defaults],
    // Nx takes no more than the first key that fits
    ['with a name of its own', {}, { [NAME]: { cache: true }, 'build-*': { executor: BUILD } }],
    // which only a target has whose executor is known
    ['by the name of our executor', {}, { [BUILD]: { executor: BUILD } }],
    ['of another project', {}, { [NAME]: [{ filter: { projects: ['beta'] }, executor: BUILD }] }],
  ])('infers nothing for a target %s', async (_, target, targetDefaults) => {
    expect(await names(target, targetDefaults)).toEqual([]);
  });

  test('leaves the executor to them, as Nx looks for defaults by the executor first', async () => {
    expect((await targetsOf({}))?.[NAME]).not.toHaveProperty('executor');
    expect((await targetsOf({ executor: BUILD }))?.[NAME]).toHaveProperty('executor', BUILD);
  });

  test('reads their options and configurations as those of the target', async () => {
    const ci = { platform: 'deps/ci' };
    const all = { [NAME]: { ...defaults[NAME], configurations: { ci }, defaultConfiguration: 'ci' } };
    const archive = (await targetsOf({}, all))?.archive;
    expect(archive?.inputs).toContain('{workspaceRoot}/deps/br/**/*');
    expect(archive?.inputs).toContain('{workspaceRoot}/deps/ci/**/*');
    expect(archive?.configurations).toEqual({ ci: { build_target: `alpha:${NAME}:ci` } });
    expect(archive?.defaultConfiguration).toBe('ci');
    expect((await targetsOf({ options: ci }))?.archive?.inputs).not.toContain('{workspaceRoot}/deps/br/**/*');
  });

  test('depends on the platform that they name', async () => {
    const files = {
      'alpha/project.json': { name: 'alpha', targets: { [NAME]: {} } },
      'br/project.json': { name: 'br' },
    };
    const targetDefaults = { [NAME]: { executor: BUILD, options: { platform: 'br' } } };
    const projects = await inferredProjects(files, undefined, { targetDefaults });
    expect(projects.alpha?.implicitDependencies).toEqual(['br']);
  });

  test('reads the nx key of a package.json, too', async () => {
    const files = { 'beta/package.json': { name: 'beta', nx: { targets: { [NAME]: {} } } } };
    const { beta } = await inferred(files, undefined, { targetDefaults: defaults });
    expect(Object.keys(beta ?? {})).toEqual(ALL);
  });

  test('merges a package.json and the project.json beside it, as Nx does', async () => {
    const beside = (json: object) => ({ 'alpha/package.json': { name: 'alpha', ...json } });
    const script = beside({ scripts: { [NAME]: 'make' } });
    expect(await names({}, defaults, script), 'an npm script').toEqual([]);
    expect(await names({ executor: BUILD }, {}, script), 'not an npm script').toEqual(ALL);
    const hidden = beside({ scripts: { [NAME]: 'make' }, nx: { includedScripts: [] } });
    expect(await names({}, defaults, hidden), 'a script that is no target').toEqual(ALL);
    const other = beside({ nx: { targets: { [NAME]: { command: 'make' } } } });
    expect(await names({}, defaults, other), 'a command').toEqual([]);
    const own = beside({
      nx: { targets: { [NAME]: { executor: BUILD, options: { platform: 'deps/br' } } } },
    });
    const targets = await targetsOf({ options: { version: '1' } }, {}, own);
    expect(Object.keys(targets ?? {})).toEqual(ALL);
    expect(targets?.archive?.inputs).toContain('{workspaceRoot}/deps/br/**/*');
  });
});

/** What Nx itself applies; a merge of it and a target that has nothing of its own is the same. */
describe('withDefaults() takes the entries that Nx takes', () => {
  const entry = (mark: string) => ({ options: { mark } });
  const filtered = (filter: object, mark: string) => ({ filter, ...entry(mark) });
  const projects = (...patterns: string[]) => [filtered({ projects: patterns }, patterns.join())];
  const alpha = { name: 'alpha', root: 'systems/alpha', tags: ['os:linux', 'big'] };

  test.each<[string, object]>([
    [
      'the executor before the name',
      { [NAME]: entry('name'), [BUILD]: entry('executor'), '*': entry('glob') },
    ],
    ['the name before a glob', { [NAME]: entry('name'), 'build-*': entry('glob') }],
    ['the longest glob', { '*': entry('short'), 'build-*': entry('long'), 'b*': entry('other') }],
    ['an empty entry', { [NAME]: {}, 'build-*': entry('glob') }],
    ['an empty list', { [NAME]: [], 'build-*': entry('glob') }],
    ['no glob that does not match', { 'build-{image,thing}': entry('x'), 'built*': entry('y') }],
    ['a glob of alternatives', { '{build,make}-{image,artifact}': entry('x') }],
    ['a glob of characters', { '[a-c]u[!x-z]ld-artifact*': entry('x') }],
    ['what is not a glob literally', { 'build.artifact': entry('x') }],
    ['the later of a list', { [NAME]: [entry('1'), { options: { other: 1 } }, entry('2')] }],
    ['those for the executor', { [NAME]: [filtered({ executor: BUILD }, 'own')] }],
    ['none for another executor', { [NAME]: [filtered({ executor: 'x:y' }, 'other')], '*': entry('glob') }],
    ['none for the targets of a plugin', { [NAME]: [filtered({ plugin: 'x' }, 'other')] }],
    ['a project by name', { [NAME]: projects('alpha') }],
    ['a project by a part of its name', { [NAME]: projects('alph') }],
    ['a project by a glob', { [NAME]: projects('a*') }],
    ['a project by its tag', { [NAME]: projects('tag:big') }],
    ['a project by a glob of tags', { [NAME]: projects('tag:os:*') }],
    ['a project by its directory', { [NAME]: projects('directory:systems/*') }],
    ['a project by its directory without a label', { [NAME]: projects('systems/*') }],
    ['a project by its name with a label', { [NAME]: projects('name:alpha') }],
    ['no project that is excluded', { [NAME]: projects('*', '!alpha') }],
    ['all projects but those that are excluded', { [NAME]: projects('!beta') }],
    ['a project that is excluded and named again', { [NAME]: projects('!tag:big', 'alpha') }],
    ['no project without patterns', { [NAME]: projects() }],
  ])('%s', (_, defaults) => {
    for (const executor of [BUILD, undefined]) {
      const of = { projectName: 'alpha', projectNode: { data: alpha } as never };
      const expected = readTargetDefaultsForTarget(
        NAME,
        structuredClone(defaults) as NxJson['targetDefaults'],
        executor,
        of,
      );
      const found = withDefaults({ executor } as TargetConfiguration, NAME, alpha, defaults);
      expect(found.options ?? {}).toEqual(expected?.options ?? {});
    }
  });

  test('but none that is for another executor', () => {
    const target = { executor: BUILD, options: { own: 1 } };
    const defaults = { [NAME]: [{ executor: 'x:y', options: { mark: 1 } }, { options: { other: 2 } }] };
    expect(withDefaults(target, NAME, alpha, defaults).options).toEqual({ other: 2, own: 1 });
  });
});
