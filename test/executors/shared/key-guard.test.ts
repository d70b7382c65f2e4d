import { expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import { checkInputs } from '../../../src/executors/shared/key-guard.js';

type Context = Parameters<typeof checkInputs>[0];

/** A package in systems/alpha whose platform is in `platform`, and how its archive target is written. */
function check(platform: string | undefined, inputs: unknown, more: object = {}): void {
  const projects = {
    alpha: { root: 'systems/alpha', implicitDependencies: ['br'] },
    br: { root: 'platform' },
    nested: { root: 'systems/alpha/nested' },
  };
  const context = {
    root: '/ws',
    projectName: 'alpha',
    targetName: 'archive',
    target: { cache: true, inputs, ...more },
    projectsConfigurations: { projects },
    nxJsonConfiguration: { namedInputs: { platforms: ['{workspaceRoot}/platform/**/*', 'platforms'] } },
  } as unknown as Context;
  const root = platform?.startsWith('/') ? platform : `/ws/${platform}`;
  const pkg = {
    project: 'alpha',
    root: '/ws/systems/alpha',
    ...(platform !== undefined && { platform: { root, name: 'br', version: '1' } }),
  } as Package;
  checkInputs(context, pkg, { project: 'alpha', target: 'build-artifact', name: 'x', options: {} });
}

test.each<[string, string, unknown[]]>([
  [
    'the program',
    '/opt/br',
    [{ runtime: 'node node_modules/x/dist/executors/key/program.js systems/alpha' }],
  ],
  ["the platform's project by its name", 'platform', [{ input: 'default', projects: ['br'] }]],
  ['dependencies, of which the platform is one', 'platform', ['^default']],
  ['dependencies in the long form', 'platform', [{ input: 'default', dependencies: true }]],
  ['a fileset', 'platform', ['{workspaceRoot}/platform/**/*']],
  ['a fileset of a directory above it', 'deps/br', ['{workspaceRoot}/deps/**']],
  ['a fileset in the long form', 'deps/br', [{ fileset: '{workspaceRoot}/deps/br/**/*' }]],
  ['a named input', 'platform', ['platforms']],
  ["the package's own files, in which it lies", 'systems/alpha/deps/br', ['default']],
  ['a program of the user that names it', 'deps/br', [{ runtime: 'git -C deps/br rev-parse HEAD' }]],
])('checkInputs() accepts %s', (_, platform, inputs) => {
  expect(() => check(platform, inputs)).not.toThrow();
});

test.each<[string, string, unknown]>([
  ["the package's own files alone", 'platform', ['default']],
  ['dependencies, of which the platform is none', 'deps/br', ['^default']],
  ['some of its files', 'platform', ['{workspaceRoot}/platform/*.mk']],
  ['a fileset that leaves it out', 'platform', ['!{workspaceRoot}/platform/**/*']],
  ['filesets for a platform outside of the workspace', '/opt/br', ['{workspaceRoot}/**/*']],
  [
    'the files of the package for a project in it, to which Nx gives its own',
    'systems/alpha/nested',
    ['default'],
  ],
  ['no inputs at all, for a platform in no project', 'deps/br', undefined],
])('checkInputs() refuses %s, and names the input to add', (_, platform, inputs) => {
  expect(() => check(platform, inputs)).toThrow(
    /^BAD_OPTION: .*Add \{"runtime":"node .*program\.js systems\/alpha build-artifact"\} to the "inputs" of alpha:archive/s,
  );
});

test('checkInputs() has nothing to say of what is not cached, or has no platform', () => {
  expect(() => check('platform', [], { cache: false })).not.toThrow();
  expect(() => check(undefined, [])).not.toThrow();
});
