import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mixPackageName } from '../../src/conventions/mix-package.js';

const module = (project: string, more = '') => `defmodule X.Mixfile do
  use Mix.Project
${more}
  def project do
    [
      ${project}
    ]
  end

  def application, do: [mod: {X, app: :other}]
end
`;

test.each([
  [module('app: :nerves_system_br,\n      version: @version'), 'nerves_system_br'],
  [module('version: "1", app: :nerves_system_br'), 'nerves_system_br'],
  [module('app: @app', '  @app :nerves_toolchain_ctng\n'), 'nerves_toolchain_ctng'],
  [module('app: @app', '  @application :no\n  # @app :no\n  @app   :yes  \n'), 'yes'],
  [module('# app: :no,\n      app: :yes'), 'yes'],
  ['defmodule X do\n  def project, do: [app: :yes]\nend\n', 'yes'],
  [module('app: :yes').replaceAll('\n', '\r\n'), 'yes'],
])('mixPackageName() of %j', (source, name) => {
  expect(mixPackageName(source)).toBe(name);
});

test.each([
  undefined,
  '',
  'app: :not_in_a_project',
  module('app: name()'),
  module('app: @app'),
  module('app: @app', '  @app String.to_atom("x")\n'),
  '# def project, do: [app: :no]\n',
])('mixPackageName() has none for %j', (source) => {
  expect(mixPackageName(source)).toBeUndefined();
});

test.each([
  ['official', 'nerves_system_example'],
  ['toolchain', 'nerves_toolchain_riscv64_example'],
])('mixPackageName() reads the mix.exs of the fixture %s', (fixture, name) => {
  const source = readFileSync(new URL(`../fixtures/mix/${fixture}.exs`, import.meta.url), 'utf8');
  expect(mixPackageName(source)).toBe(name);
});
