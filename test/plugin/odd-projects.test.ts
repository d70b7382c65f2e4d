import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILD, infer, inferred, project } from '../support/inference.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

describe('createNodes never throws, as that would block every nx command of the workspace', () => {
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

  test('a file that is gone', async () => {
    expect(await infer(['gone/project.json'], undefined, { workspaceRoot: '/nowhere' })).toEqual([]);
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
    ['make_args that are a number', { build_runner_opts: { make_args: 5 } }],
    ['opts that are null', { build_runner_opts: null }],
  ])('options that are %s are left to the executor', async (_, options) => {
    const { alpha } = await inferred({ 'alpha/project.json': project(options as object) });
    expect(Object.keys(alpha ?? {})).toHaveLength(6);
  });

  test.each<[string, object]>([
    ['an object', { archive_target: { toString: 0 } }],
    ['a list', { clean_target: [], shell_target: [[]] }],
    ['null', { archive_target: null }],
  ])('a plugin option that is %s is ignored', async (_, options) => {
    const { alpha } = await inferred({ 'alpha/project.json': project() }, options);
    expect(Object.keys(alpha ?? {})).toEqual([
      'build-artifact',
      'archive',
      'clean',
      'shell',
      'status',
      'timing',
    ]);
  });

  test('a name that is not a string', async () => {
    for (const name of [{ toString: 0 }, 5, null, []]) {
      const { alpha } = await inferred({ 'alpha/project.json': project({}, { name }) });
      expect(Object.keys(alpha ?? {})).toHaveLength(6);
    }
  });

  test('arbitrary JSON', async () => {
    const [executor, options, configurations] = [fc.constant(BUILD), fc.jsonValue(), fc.jsonValue()];
    const anyTarget = fc.record({ executor, options, configurations });
    const anyKey = fc.oneof(fc.constantFrom(BUILD, 'a', '*', '[', '{a,'), fc.string());
    const anyFilter = fc.oneof(
      fc.jsonValue(),
      fc.record({ projects: fc.array(fc.oneof(fc.string(), fc.jsonValue())) }),
    );
    const anyEntry = fc.oneof(
      fc.jsonValue(),
      fc.record({ executor, options, configurations, filter: anyFilter }),
    );
    const anyEntries = fc.oneof(anyEntry, fc.array(anyEntry));
    const anyTargets = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), anyTarget));
    const anyFile = fc.record({ name: fc.jsonValue(), nx: fc.jsonValue(), targets: anyTargets });
    const anyOptions = fc.oneof(fc.jsonValue(), fc.record({ archive_target: fc.jsonValue() }));
    const anyDefaults = fc.oneof(fc.jsonValue(), fc.dictionary(anyKey, anyEntries));
    const workspaceRoot = await temporaryDirectory('workspace');
    await fc.assert(
      fc.asyncProperty(anyFile, anyOptions, anyDefaults, async (json, options, targetDefaults) => {
        const files = {
          'a/project.json': JSON.stringify(json),
          'b/package.json': JSON.stringify({ nx: json }),
        };
        await writeFiles(workspaceRoot, files);
        const context = { workspaceRoot, nxJsonConfiguration: { targetDefaults } };
        await infer(Object.keys(files), options as never, context as never);
      }),
      { numRuns: 200 },
    );
  }, 30_000);
});
