import type { ExecutorContext } from '@nx/devkit';
import { expect, test } from 'vitest';
import { artifactDirs, engines } from '../../../src/executors/clean/of-any-configuration.js';

/** What clean finds for alpha's build target, named with its configuration `debug`. */
function alpha(options: object, configurations?: object) {
  const targets = { 'build-artifact': { executor: 'nx-docker-artifact:build', options, configurations } };
  const projects = { alpha: { root: 'systems/alpha', targets } };
  const context = { root: '/ws', projectsConfigurations: { version: 2, projects } };
  const build = { project: 'alpha', target: 'build-artifact', name: 'alpha:build-artifact', options };
  return [context as unknown as ExecutorContext, build] as const;
}

const dirs = (...of: Parameters<typeof alpha>) => artifactDirs(...alpha(...of));
const enginesOf = (...of: Parameters<typeof alpha>) => engines(...alpha(...of));

test('artifactDirs() are those of the options and of every configuration, absolute and each once', () => {
  expect(dirs({ artifact_dir: 'out' }, { debug: { artifact_dir: 'out-debug' }, plain: {} })).toEqual([
    '/ws/out',
    '/ws/out-debug',
  ]);
  expect(dirs({ artifact_dir: 'out' }, { debug: { artifact_dir: '/ws/out' } })).toEqual(['/ws/out']);
});

test('artifactDirs() are none without the option, without a build target, or where options are wrong', () => {
  expect(dirs({})).toEqual([]);
  expect(dirs({ artifact_dir: 1 }, { debug: null, other: { artifact_dir: [] } })).toEqual([]);
  expect(artifactDirs({ root: '/ws' } as ExecutorContext, undefined)).toEqual([]);
});

test('engines() are those of the options and of every configuration that has a build_runner_config of its own', () => {
  const on = (engine?: unknown) => ({ build_runner_config: { engine } });
  expect(enginesOf({})).toEqual([undefined]);
  expect(enginesOf(on('ssh://a'), { ci: on('ssh://b'), same: on('ssh://a'), debug: { env: {} } })).toEqual([
    'ssh://a',
    'ssh://b',
  ]);
  expect(enginesOf(on('ssh://a'), { here: on() })).toEqual(['ssh://a', undefined]);
  expect(enginesOf(on(1), { odd: null })).toEqual([undefined]);
  expect(engines({ root: '/ws' } as ExecutorContext, undefined)).toEqual([undefined]);
});
