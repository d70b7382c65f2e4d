import type { ExecutorContext } from '@nx/devkit';
import { expect, test } from 'vitest';
import { overridesOf, refuseOverrides } from '../../../src/executors/shared/cli-overrides.js';

const task = (target: string, overrides: object) => ({
  [`alpha:${target}`]: {
    id: '',
    target: { project: 'alpha', target },
    overrides,
    outputs: [],
    parallelism: true,
  },
});
const taskGraph = {
  tasks: { ...task('build-artifact', { wait: false, env: { A: '1' } }), ...task('archive', {}) },
} as unknown as ExecutorContext['taskGraph'];

test('overridesOf() finds what the command line says for each target of the run', () => {
  expect(overridesOf({ taskGraph }, 'alpha', 'build-artifact')).toEqual({ wait: false, env: { A: '1' } });
  expect(overridesOf({ taskGraph }, 'alpha', 'archive')).toEqual({});
  expect(overridesOf({ taskGraph }, 'beta', 'build-artifact')).toEqual({});
  expect(overridesOf({}, 'alpha', 'build-artifact')).toEqual({});
});

test('refuseOverrides() refuses options of the package in one line, but not those of the run', () => {
  refuseOverrides(
    { wait: false, verbose: true, path: 'x', __overrides_unparsed__: [] },
    'alpha:build-artifact',
  );
  expect(() =>
    refuseOverrides({ wait: false, env: {}, build_runner_opts: {} }, 'alpha:build-artifact'),
  ).toThrow(
    /^BAD_OPTION: could not run alpha:build-artifact with --env --build_runner_opts: .*\n {2}-> Add a configuration/,
  );
});
