import { expect, test } from 'vitest';
import { importMixfile } from '../../../src/generators/import/import-mixfile.js';
import { filesIn, refusal, testTree } from '../support/tree.js';

const FILE = 'systems/rpi4/project.json';
const MIXFILE = 'systems/rpi4/mix.exs';

const mixfile = (nerves = 'type: :system, checksum: ["a"], platform_config: [defconfig: "d"]', more = '') =>
  `defmodule M do\n  def project, do: [app: :m_system, nerves_package: [${nerves}]${more}]\nend\n`;

function run(files: Record<string, string>, overwrite = false, from = MIXFILE) {
  const tree = testTree({ [MIXFILE]: mixfile(), ...files });
  const { lines, warnings } = importMixfile(tree, { mixfile: from, overwrite });
  return { tree, lines, warnings, text: tree.read(FILE, 'utf8') ?? '' };
}

const target = (options: object, name = 'build-artifact') =>
  JSON.stringify({ name: 'mine', targets: { [name]: { executor: 'nx-docker-artifact:build', options } } });

function optionsIn(text: string, name = 'build-artifact') {
  return JSON.parse(text).targets[name].options;
}

const read = { package: 'm_system', type: 'system', platform_config: { defconfig: 'd' }, checksum: ['a'] };

test('importMixfile() keeps the name, comments, order, layout and line ends of a project.json', () => {
  const before = [
    '{',
    '\t// the name of the board',
    '\t"name": "board",',
    '\t"tags": ["a", "b"], // as it was',
    '\t"targets": {',
    '\t\t"test": {',
    '\t\t\t"command": "true"',
    '\t\t}',
    '\t},',
    '\t"implicitDependencies": [],',
    '}',
    '',
  ];
  const { text } = run({ [FILE]: before.join('\r\n') });
  expect(text.split('\r\n')).toEqual([
    ...before.slice(0, 5),
    '\t\t"test": {',
    '\t\t\t"command": "true"',
    '\t\t},',
    ...JSON.stringify({ executor: 'nx-docker-artifact:build', options: read }, null, '\t')
      .split('\n')
      .map((line, index) => (index === 0 ? `\t\t"build-artifact": ${line}` : `\t\t${line}`)),
    ...before.slice(8),
  ]);
});

test('importMixfile() keeps and reports values that differ, and keeps additional ones', () => {
  const options = {
    package: 'm_system',
    platform: 'mine',
    checksum: ['b'],
    platform_config: { defconfig: 'mine' },
    env: { A: 'b' },
  };
  const { text, lines } = run({ [FILE]: target(options) });
  expect(optionsIn(text)).toEqual({ ...options, type: 'system' });
  expect(lines).toEqual([
    `Set in ${FILE}, target build-artifact:`,
    '  type = "system"',
    `Kept in ${FILE}, where ${MIXFILE} differs (--overwrite takes its values):`,
    '  platform_config.defconfig = "mine", in mix.exs "d"',
    '  checksum = ["b"], in mix.exs ["a"]',
  ]);
});

test('importMixfile() with --overwrite takes the values of mix.exs, and keeps additional ones', () => {
  const options = { checksum: ['b'], platform_config: { defconfig: 'mine' }, env: { A: 'b' } };
  const { text, lines } = run({ [FILE]: target(options) }, true);
  expect(optionsIn(text)).toEqual({ ...options, ...read });
  expect(lines.join('\n')).not.toContain('Kept');
});

test('importMixfile() changes nothing in a second run, with --overwrite or without', () => {
  const { tree, text } = run({ [FILE]: target({ checksum: ['b'] }) });
  const before = filesIn(tree);
  const again = importMixfile(tree, { mixfile: MIXFILE, overwrite: false });
  expect(filesIn(tree)).toEqual(before);
  expect(again.lines[0]).toBe(`Nothing to change in ${FILE}, target build-artifact.`);
  importMixfile(tree, { mixfile: MIXFILE, overwrite: true });
  expect(tree.read(FILE, 'utf8')).not.toBe(text);
  const overwritten = filesIn(tree);
  const last = importMixfile(tree, { mixfile: MIXFILE, overwrite: true });
  expect(filesIn(tree)).toEqual(overwritten);
  expect(last.lines).toEqual([`Nothing to change in ${FILE}, target build-artifact.`]);
});

test('importMixfile() sets the options of a target of another name on our executor', () => {
  const { text, lines } = run({ [FILE]: target({}, 'system') });
  expect(optionsIn(text, 'system')).toEqual(read);
  expect(Object.keys(JSON.parse(text).targets)).toEqual(['system']);
  expect(lines[0]).toBe(`Set in ${FILE}, target system:`);
});

test('importMixfile() sets the options of a target whose executor stands in nx.json', () => {
  const targetDefaults = { 'build-*': { executor: 'nx-docker-artifact:build' } };
  const own = JSON.stringify({ name: 'mine', targets: { 'build-image': {} } });
  const { text } = run({ [FILE]: own, 'nx.json': JSON.stringify({ targetDefaults }) });
  expect(JSON.parse(text).targets).toEqual({ 'build-image': { options: read } });
});

test('importMixfile() refuses a build-artifact on another executor, and replaces it with --overwrite', async () => {
  const other = JSON.stringify({ targets: { 'build-artifact': { command: 'make' } } });
  const tree = testTree({ [MIXFILE]: mixfile(), [FILE]: other });
  const message = await refusal(tree, () => importMixfile(tree, { mixfile: MIXFILE, overwrite: false }));
  expect(message).toBe(
    `MIXFILE_BAD: could not import ${MIXFILE}: project.json has a target "build-artifact" on another executor\n` +
      '  -> Give it another name, or replace it with --overwrite.',
  );
  const { text } = run({ [FILE]: other }, true);
  expect(JSON.parse(text).targets['build-artifact']).toEqual({
    executor: 'nx-docker-artifact:build',
    options: read,
  });
});

test.each([
  ['options that are no object', target([] as never), '  options = [], in mix.exs '],
  [
    'a platform_config that is not an object',
    target({ platform_config: 5 }),
    '  platform_config = 5, in mix.exs "d"',
  ],
])('importMixfile() keeps %s', (_, text, expected) => {
  const result = run({ [FILE]: text });
  expect(result.lines.join('\n')).toContain(expected);
});

test.each([
  ['{', /^FILE_ACCESS: could not read systems\/rpi4\/project\.json: line 1: /],
  ['{\n"a": }', /^FILE_ACCESS: could not read systems\/rpi4\/project\.json: line 2: /],
  ['[]', /^FILE_ACCESS: could not read systems\/rpi4\/project\.json: it is not an object/],
  ['{"targets": []}', /^MIXFILE_BAD: .*"targets" of project\.json is not an object/],
])('importMixfile() refuses the project.json %j', async (text, expected) => {
  const tree = testTree({ [MIXFILE]: mixfile() });
  tree.write(FILE, text);
  expect(await refusal(tree, () => importMixfile(tree, { mixfile: MIXFILE, overwrite: false }))).toMatch(
    expected,
  );
});

test.each([
  ['systems/rpi4/none.exs', /there is no file systems\/rpi4\/none\.exs/],
  ['systems/rpi4', /there is no file systems\/rpi4\n/],
  ['../mix.exs', /"\.\.\/mix\.exs" lies outside the workspace/],
  ['/etc/mix.exs', /"\/etc\/mix\.exs" lies outside the workspace/],
])('importMixfile() refuses the mixfile %s', async (path, expected) => {
  const tree = testTree({ [MIXFILE]: mixfile() });
  const message = await refusal(tree, () => importMixfile(tree, { mixfile: path, overwrite: false }));
  expect(message).toMatch(/^BAD_OPTION: could not use the option "mixfile": .+\n {2}-> Give /);
  expect(message).toMatch(expected);
});

test.each(['./systems/rpi4/mix.exs', '/virtual/systems/rpi4/mix.exs', 'systems\\rpi4\\mix.exs'])(
  'importMixfile() accepts the mixfile written as %s',
  (path) => {
    expect(optionsIn(run({}, false, path).text)).toEqual(read);
  },
);

test('importMixfile() makes the workspace itself a project for a mix.exs at the top', () => {
  const tree = testTree({ 'mix.exs': mixfile() });
  importMixfile(tree, { mixfile: 'mix.exs', overwrite: false });
  expect(JSON.parse(tree.read('project.json', 'utf8') ?? '')).toMatchObject({
    $schema: './node_modules/nx/schemas/project-schema.json',
    name: 'm_system',
  });
});

test('importMixfile() does not take the name of another project', async () => {
  const tree = testTree({ [MIXFILE]: mixfile(), 'other/project.json': '{"name": "m_system"}' });
  const message = await refusal(tree, () => importMixfile(tree, { mixfile: MIXFILE, overwrite: false }));
  expect(message).toContain('the project at other is called m_system already');
});

const br = 'type: :system, checksum: ["a"], platform: Nerves.System.BR';
const at = (name: string, root: string) => ({ [`${root}/project.json`]: `{"name": "${name}"}` });
const fetched = 'systems/rpi4/deps/nerves_system_br';

test.each([
  ['fetched by Mix', '', { [`${fetched}/VERSION`]: '1' }, fetched, []],
  ['not fetched yet', '', {}, fetched, [`the platform is not there yet: ${fetched}`]],
  ['a project of its name', '', at('nerves_system_br', 'br'), 'nerves_system_br', []],
  [
    'a project whose mix.exs says that it is the package',
    '',
    {
      ...at('my_br', 'br'),
      'br/mix.exs': 'defmodule B do\n  def project, do: [app: :nerves_system_br]\nend\n',
    },
    'my_br',
    [],
  ],
  [
    'a path that is a project',
    ', deps: [{:nerves_system_br, path: "../../br"}]',
    { ...at('my_br', 'br'), ...at('nerves_system_br', 'other') },
    'my_br',
    [],
  ],
  ['a path', ', deps: [{:nerves_system_br, path: "../../br/"}]', { 'br/VERSION': '1' }, 'br', []],
  [
    'in deps_path',
    ', deps_path: "../../deps"',
    { 'deps/nerves_system_br/VERSION': '1' },
    'deps/nerves_system_br',
    [],
  ],
  [
    'in deps_path below __DIR__',
    ', deps_path: Path.join(__DIR__, "../../deps")',
    { 'deps/nerves_system_br/VERSION': '1' },
    'deps/nerves_system_br',
    [],
  ],
])('importMixfile() finds the platform: %s', (_, more, files, expected, warnings) => {
  const result = run({ [MIXFILE]: mixfile(br, more), ...files });
  expect(optionsIn(result.text).platform).toBe(expected);
  expect(result.warnings).toEqual(warnings);
});

test.each([
  [
    'outside of the workspace',
    br,
    ', deps: [{:nerves_system_br, path: "../../../br"}]',
    'Nerves.System.BR',
    'nerves_system_br lies outside the workspace',
  ],
  [
    'another module',
    'checksum: ["a"], platform: My.Platform',
    '',
    'My.Platform',
    'not a known platform: set the option yourself',
  ],
  ['no module', 'checksum: ["a"], platform: nil', '', 'nil', 'not a known platform: set the option yourself'],
])('importMixfile() does not find the platform: %s', (_, nerves, more, source, why) => {
  const { text, lines } = run({ [MIXFILE]: mixfile(nerves, more) });
  expect(optionsIn(text).platform).toBeUndefined();
  expect(lines).toContain(`  line 2, platform: ${source} (${why})`);
});

test('importMixfile() writes a missing checksum as an empty list with a warning, unless the user has one', () => {
  const warning = 'with an empty "checksum", changes to files do not change the artifact';
  const missing = { [MIXFILE]: mixfile('type: :system') };
  expect(run(missing).warnings).toEqual([warning]);
  expect(optionsIn(run(missing).text).checksum).toEqual([]);
  const kept = run({ ...missing, [FILE]: target({ checksum: ['mine'] }) });
  expect(kept.warnings).toEqual([]);
  expect(optionsIn(kept.text).checksum).toEqual(['mine']);
});

test('importMixfile() takes the name from a package.json that makes the directory a project', () => {
  const { text } = run({
    'package.json': '{"name": "root", "workspaces": ["systems/*"]}',
    'systems/rpi4/package.json': '{"name": "@systems/rpi4"}',
  });
  expect(JSON.parse(text).name).toBeUndefined();
});
