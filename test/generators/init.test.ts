import { expect, test } from 'vitest';
import initGenerator from '../../src/generators/init/generator.js';
import { hasPlugin, initWorkspace } from '../../src/generators/init/init-workspace.js';
import { filesIn, refusal, testTree } from './support/tree.js';

const PLUGIN = 'nx-docker-artifact/plugin';

function init(files: Record<string, string>) {
  const tree = testTree(files);
  const { lines } = initWorkspace(tree);
  const [nxJson, gitignore] = ['nx.json', '.gitignore'].map((file) => tree.read(file, 'utf8') ?? '');
  return { tree, lines, nxJson: nxJson ?? '', gitignore: gitignore ?? '' };
}

test('initWorkspace(): initGenerator() adds the plugin and the lines, and reports it', () => {
  const { tree, lines, gitignore, nxJson } = init({ 'nx.json': '{}\n' });
  expect(JSON.parse(nxJson)).toEqual({ plugins: [PLUGIN] });
  expect(gitignore).toBe('# nx-docker-artifact\n.nerves/\nbuild.log\nbuild.log.1\n');
  expect(lines).toEqual([
    `Added the plugin ${PLUGIN} to nx.json.`,
    'Added .nerves/, build.log, build.log.1 to .gitignore.',
  ]);
  expect(hasPlugin(tree)).toBe(true);
});

test.each([
  ['nothing', {}],
  ['plugins in both forms', { 'nx.json': '{ "plugins": ["a", { "plugin": "b" }] }', '.gitignore': 'dist\n' }],
])('initWorkspace(): initGenerator() changes nothing in a second run in a workspace with %s', (_, files) => {
  const { tree } = init(files);
  const before = filesIn(tree);
  expect(initWorkspace(tree).lines).toEqual([
    `nx.json already has the plugin ${PLUGIN}.`,
    '.gitignore already has all the lines it needs.',
  ]);
  expect(filesIn(tree)).toEqual(before);
});

test('initWorkspace(): initGenerator() keeps the comments, order and other plugins of nx.json', () => {
  const before =
    '{\n  // plugins run in this order\n  "plugins": [\n    "a", // first\n    { "plugin": "b", "options": { "x": 1 } }\n  ],\n  "defaultBase": "main"\n}\n';
  const { nxJson } = init({ 'nx.json': before });
  expect(nxJson).toContain('// plugins run in this order\n');
  expect(nxJson).toContain('"a", // first\n');
  expect(nxJson).toMatch(
    /"options": \{\s*"x": 1\s*\}\s*\},\n {4}"nx-docker-artifact\/plugin"\n {2}\],\n {2}"defaultBase"/,
  );
});

test.each([`["${PLUGIN}"]`, `["a", { "plugin": "${PLUGIN}", "options": { "archive_target": "pack" } }]`])(
  'initWorkspace(): initGenerator() does not add the plugin to %s',
  (plugins) => {
    const text = `{ "plugins": ${plugins} }`;
    expect(init({ 'nx.json': text }).nxJson).toBe(text);
  },
);

test.each([
  ['', '# nx-docker-artifact\n.nerves/\nbuild.log\nbuild.log.1\n'],
  ['dist', 'dist\n\n# nx-docker-artifact\n.nerves/\nbuild.log\nbuild.log.1\n'],
  ['dist\n', 'dist\n\n# nx-docker-artifact\n.nerves/\nbuild.log\nbuild.log.1\n'],
  ['dist\r\n', 'dist\r\n\r\n# nx-docker-artifact\r\n.nerves/\r\nbuild.log\r\nbuild.log.1\r\n'],
  ['build.log\n', 'build.log\n\n# nx-docker-artifact\n.nerves/\nbuild.log.1\n'],
  ['.nerves\n*.log\n', '.nerves\n*.log\n\n# nx-docker-artifact\nbuild.log.1\n'],
  ['.nerves/ \nbuild.log*\n', undefined],
  ['**/.nerves/\n**/build.log\nbuild.log.*\n', undefined],
  [
    '#.nerves/\n!build.log\n',
    '#.nerves/\n!build.log\n\n# nx-docker-artifact\n.nerves/\nbuild.log\nbuild.log.1\n',
  ],
])('initWorkspace(): initGenerator() completes the .gitignore %j', (before, after = before) => {
  expect(init({ '.gitignore': before }).gitignore).toBe(after);
});

test.each([
  ['{', /^FILE_ACCESS: could not read nx\.json: line 1: /],
  ['{ "plugins": {} }', /^FILE_ACCESS: could not read nx\.json: "plugins" is not a list/],
])('initWorkspace(): initGenerator() refuses the nx.json %s', async (text, expected) => {
  const tree = testTree({ 'nx.json': text });
  expect(await refusal(tree, () => initWorkspace(tree))).toMatch(expected);
});

test('initWorkspace(): initGenerator() has no options', async () => {
  const tree = testTree();
  expect(await refusal(tree, () => initGenerator(tree, { skip: true }))).toContain('unknown option "skip"');
});
