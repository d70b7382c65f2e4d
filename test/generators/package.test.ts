import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createPackage } from '../../src/generators/package/create-package.js';
import packageGenerator from '../../src/generators/package/generator.js';
import { buildOptions } from '../../src/options/schema.js';
import { filesIn, refusal, testTree } from './support/tree.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** A block of the README's section "Use", without the comment that names its file. */
function block(language: string): string {
  const section = readme.slice(readme.indexOf('\n## Use\n'));
  const found = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(section)?.[1] ?? '';
  return withoutComments(found);
}

const withoutComments = (text: string) => text.replaceAll(/^(?:#(?!include)|\/\/) .*\n/gm, '');

function make(files: Record<string, string> = {}, more: object = {}) {
  const tree = testTree(files);
  const { lines } = createPackage(tree, { name: 'hello', ...more });
  const read = (file: string) => tree.read(`packages/hello/${file}`, 'utf8') ?? '';
  return { tree, lines, read, project: JSON.parse(read('project.json') || '{}') };
}

/** Its build target, which is one that a build takes. */
function optionsIn({ targets }: { targets: Record<string, { executor: string; options: object }> }) {
  const { executor, options } = targets['build-artifact'] ?? { executor: 'none', options: {} };
  expect(executor).toBe('nx-docker-artifact:build');
  expect(buildOptions.safeParse(options).success).toBe(true);
  return options;
}

test('createPackage(): packageGenerator() creates the package of the README', () => {
  const { tree, lines, read, project } = make();
  expect(tree.children('packages/hello').sort()).toEqual([
    'Dockerfile',
    'Makefile',
    'hello.c',
    'project.json',
  ]);
  const { $schema, ...rest } = project;
  expect($schema).toBe('../../node_modules/nx/schemas/project-schema.json');
  expect(rest).toEqual(JSON.parse(block('json')));
  expect(withoutComments(read('Dockerfile'))).toBe(block('dockerfile'));
  expect(withoutComments(read('Makefile'))).toBe(block('make'));
  expect(withoutComments(read('hello.c'))).toBe(block('c'));
  optionsIn(project);
  expect(lines).toEqual(['hello is now in packages/hello. To build it: nx run hello:build-artifact']);
});

test('createPackage(): packageGenerator() calls everything by its name', () => {
  const { tree } = make({}, { name: 'u-boot', directory: 'boot/' });
  expect(tree.children('boot').sort()).toEqual(['Dockerfile', 'Makefile', 'project.json', 'u-boot.c']);
  expect(tree.read('boot/Makefile', 'utf8')).toContain('$(O)/bin/u-boot: u-boot.c\n');
  expect(optionsIn(JSON.parse(tree.read('boot/project.json', 'utf8') ?? ''))).toMatchObject({
    build_runner_config: { docker: ['Dockerfile', 'u-boot_builder:1'] },
    build_runner_opts: { files: ['bin/u-boot'] },
  });
});

test('createPackage(): packageGenerator() changes nothing in a second run, also when project.json was formatted', () => {
  const { tree, project } = make();
  tree.write('packages/hello/project.json', JSON.stringify(project));
  const before = filesIn(tree);
  expect(createPackage(tree, { name: 'hello' }).lines).toEqual(['hello is already in packages/hello.']);
  expect(filesIn(tree)).toEqual(before);
});

test.each(['Makefile', 'makefile', 'GNUmakefile'])(
  'createPackage(): packageGenerator() has a %s that is there run in a copy, and adds no source',
  (makefile) => {
    const { tree, lines, read, project } = make({
      [`packages/hello/${makefile}`]: 'hello:\n\ttouch hello\n',
    });
    expect(tree.children('packages/hello').sort()).toEqual(['Dockerfile', makefile, 'project.json'].sort());
    expect(read(makefile)).toBe('hello:\n\ttouch hello\n');
    expect(optionsIn(project)).toMatchObject({
      build_runner_opts: { commands: { create_build: 'cp -a {package_dir}/. .' }, files: ['hello'] },
    });
    expect(optionsIn(project)).not.toHaveProperty('build_runner_opts.commands.make');
    expect(lines.slice(1)).toEqual([
      `packages/hello/${makefile} is kept, and runs in a copy of the package. Write into packages/hello/project.json what it makes ("files", now "hello"), and into packages/hello/Dockerfile what it needs.`,
    ]);
    const before = filesIn(tree);
    expect(createPackage(tree, { name: 'hello' }).lines).toEqual(['hello is already in packages/hello.']);
    expect(filesIn(tree)).toEqual(before);
  },
);

test('createPackage(): packageGenerator() keeps and reports files that are there, and creates the others', () => {
  const { read, lines } = make({
    'packages/hello/hello.c': 'int main(void) { return 7; }\n',
    'packages/hello/Dockerfile': 'FROM mine\n',
  });
  expect(read('hello.c')).toContain('return 7');
  expect(read('Dockerfile')).toBe('FROM mine\n');
  expect(read('Makefile')).toContain('hello.c');
  expect(lines.slice(1)).toEqual([
    'Kept, though different from a new one: packages/hello/Dockerfile, packages/hello/hello.c',
  ]);
});

test('createPackage(): packageGenerator() adds its target to a project.json without one', () => {
  const mine = '{\n  // ours\n  "name": "hello",\n  "targets": { "lint": { "command": "true" } }\n}\n';
  const { read, lines, tree } = { ...makeText(mine) };
  expect(read('project.json')).toContain('// ours');
  const { name, targets } = JSON.parse(read('project.json').replace('// ours', ''));
  expect([name, Object.keys(targets)]).toEqual(['hello', ['lint', 'build-artifact']]);
  optionsIn({ targets });
  expect(lines.slice(1)).toEqual(['Added the target build-artifact to packages/hello/project.json.']);
  const before = filesIn(tree);
  createPackage(tree, { name: 'hello' });
  expect(filesIn(tree)).toEqual(before);
});

function makeText(projectJson: string) {
  const tree = testTree({ 'packages/hello/project.json': projectJson });
  const { lines } = createPackage(tree, { name: 'hello' });
  return { tree, lines, read: (file: string) => tree.read(`packages/hello/${file}`, 'utf8') ?? '' };
}

test.each([
  ['build-artifact', { executor: 'x:y' }],
  ['build-artifact', { command: 'make' }],
  ['image', { executor: 'nx-docker-artifact:build', options: { platform: 'br' } }],
])('createPackage(): packageGenerator() keeps a target %s = %j', (name, target) => {
  const text = JSON.stringify({ name: 'hello', targets: { [name]: target } });
  const { read, lines } = makeText(text);
  expect(read('project.json')).toBe(text);
  expect(lines.slice(1)).toEqual(['Kept, though different from a new one: packages/hello/project.json']);
});

test.each([
  [{ directory: '../x' }, {}, /option "directory": "\.\.\/x" lies outside the workspace/],
  [{ name: 'Hello' }, {}, /option "name": "Hello" cannot name an image/],
  [{ name: 'platform' }, {}, /option "name": "platform" cannot name an image/],
  [{}, { 'x/project.json': '{ "name": "hello" }' }, /the project at x is called hello already/],
  [{}, { 'packages/hello/project.json': '{ "name": "hi" }' }, /the project hi is at packages\/hello/],
  [{}, { 'packages/hello': '' }, /option "directory": packages\/hello is a file/],
])('createPackage(): packageGenerator() refuses %j', async (more, files, expected) => {
  const tree = testTree(files as Record<string, string>);
  const message = await refusal(tree, () => createPackage(tree, { name: 'hello', ...more }));
  expect(message).toMatch(/^BAD_OPTION: could not use the .+\n {2}-> .+$/);
  expect(message).toMatch(expected);
});

test('createPackage(): packageGenerator() sets up the workspace too, unless it already is', async () => {
  const tree = testTree();
  await packageGenerator(tree, { name: 'hello' });
  expect(JSON.parse(tree.read('nx.json', 'utf8') ?? '').plugins).toEqual(['nx-docker-artifact/plugin']);
  expect(tree.exists('packages/hello/project.json')).toBe(true);

  const set = testTree({ 'nx.json': '{ "plugins": ["nx-docker-artifact/plugin"] }' });
  await packageGenerator(set, { name: 'hello' });
  expect(set.exists('.gitignore')).toBe(false);
});

test.each([
  [{}, /"name" is missing/],
  [{ name: 'hello', dir: 'x' }, /unknown option "dir"/],
])('createPackage(): packageGenerator() refuses the options %j', async (input, expected) => {
  const tree = testTree();
  expect(await refusal(tree, () => packageGenerator(tree, input))).toMatch(expected);
});
