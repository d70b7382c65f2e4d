import type { ExecutorContext } from '@nx/devkit';
import { expect, test } from 'vitest';
import { artifactDirs } from '../../../src/executors/clean/artifact-dirs.js';

/** What clean finds for alpha's build target, named with its configuration `debug`. */
function dirs(options: object, configurations?: object) {
  const targets = { 'build-artifact': { executor: 'nx-docker-artifact:build', options, configurations } };
  const projects = { alpha: { root: 'systems/alpha', targets } };
  const context = { root: '/ws', projectsConfigurations: { version: 2, projects } };
  const build = { project: 'alpha', target: 'build-artifact', name: 'alpha:build-artifact', options };
  return artifactDirs(context as unknown as ExecutorContext, build);
}

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
