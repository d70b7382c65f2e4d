import { expect, test } from 'vitest';
import { createSystem } from '../../src/generators/system/create-system.js';
import systemGenerator from '../../src/generators/system/generator.js';
import { buildOptions } from '../../src/options/schema.js';
import { filesIn, refusal, testTree } from './support/tree.js';

const br = { 'br/project.json': '{ "name": "nerves_system_br" }', 'br/VERSION': '1.31.7\n' };
const options = { name: 'rpi4', platform: 'nerves_system_br', dockerfile: false };

function make(more: object = {}, files: Record<string, string> = {}) {
  const tree = testTree({ ...br, ...files });
  const { lines } = createSystem(tree, { ...options, ...more });
  const read = (file: string) => tree.read(`systems/rpi4/${file}`, 'utf8');
  return { tree, lines, read, project: JSON.parse(read('project.json') ?? '{}') };
}

test('createSystem(): systemGenerator() creates a complete package', () => {
  const { tree, lines, read, project } = make();
  expect(tree.children('systems/rpi4').sort()).toEqual(['VERSION', 'nerves_defconfig', 'project.json']);
  expect(project).toEqual({
    $schema: '../../node_modules/nx/schemas/project-schema.json',
    name: 'rpi4',
    targets: {
      'build-artifact': {
        executor: 'nx-docker-artifact:build',
        options: {
          platform: 'nerves_system_br',
          platform_config: { defconfig: 'nerves_defconfig' },
          checksum: ['nerves_defconfig', 'VERSION'],
        },
      },
    },
  });
  expect(read('project.json')).toBe(`${JSON.stringify(project, null, 2)}\n`);
  expect(read('VERSION')).toBe('0.1.0\n');
  expect(
    read('nerves_defconfig')
      ?.split('\n')
      .filter((line) => line && !line.startsWith('#')),
  ).toEqual([]);
  expect(lines).toEqual([
    'rpi4 is now in systems/rpi4. Write its nerves_defconfig, then: nx run rpi4:build-artifact',
  ]);
});

test('createSystem(): systemGenerator() creates a Dockerfile based on the image of the platform', () => {
  const { read, project } = make({ dockerfile: true });
  const built = project.targets['build-artifact'].options;
  expect(built).toMatchObject({
    checksum: ['nerves_defconfig', 'VERSION', 'Dockerfile'],
    build_runner_config: { docker: ['Dockerfile', 'rpi4:0.1.0'] },
  });
  expect(buildOptions.safeParse(built).success).toBe(true);
  const instructions = read('Dockerfile')
    ?.split('\n')
    .filter((line) => line && !line.startsWith('#'));
  expect(instructions).toEqual([
    'ARG PLATFORM_IMAGE=ghcr.io/nerves-project/nerves_system_br:1.31.7',
    'FROM $PLATFORM_IMAGE',
  ]);
});

const NERVES_SYSTEM_BR = 'defmodule B do\n  def project, do: [app: :nerves_system_br]\nend\n';

test.each([
  ['a project', 'nerves_system_br', {}, 'nerves_system_br', 'ghcr.io/nerves-project/nerves_system_br:1.31.7'],
  [
    'a directory',
    './deps/nerves_system_br/',
    { 'deps/nerves_system_br/VERSION': '1.20.0' },
    'deps/nerves_system_br',
    'nervesproject/nerves_system_br:1.20.0',
  ],
  [
    'one with a package.json',
    'toys/br',
    { 'toys/br/package.json': '{ "version": "2.0.0" }' },
    'toys/br',
    'nervesproject/br:2.0.0',
  ],
  ['one without a version', 'toys', { 'toys/x': '' }, 'toys', 'nervesproject/toys:0.0.0'],
  [
    'a project with a scope',
    '@my/br',
    { 'p/project.json': '{ "name": "@my/br" }', 'p/VERSION': '3' },
    '@my/br',
    'nervesproject/my-br:3',
  ],
  [
    'nerves_system_br by another name',
    'vendor/br',
    { 'vendor/br/VERSION': '1.28.0', 'vendor/br/mix.exs': NERVES_SYSTEM_BR },
    'vendor/br',
    'ghcr.io/nerves-project/nerves_system_br:1.28.0',
  ],
])('createSystem(): systemGenerator() accepts as platform %s', (_, platform, files, option, image) => {
  const { read, project } = make({ platform, dockerfile: true }, files as Record<string, string>);
  expect(project.targets['build-artifact'].options.platform).toBe(option);
  expect(read('Dockerfile')).toContain(`ARG PLATFORM_IMAGE=${image}\n`);
});

test('createSystem(): systemGenerator() changes nothing in a second run, also when project.json was formatted', () => {
  const { tree, project } = make({ dockerfile: true });
  tree.write('systems/rpi4/project.json', JSON.stringify(project));
  const before = filesIn(tree);
  expect(createSystem(tree, { ...options, dockerfile: true }).lines).toEqual([
    'rpi4 is already in systems/rpi4.',
  ]);
  expect(filesIn(tree)).toEqual(before);
});

test('createSystem(): systemGenerator() keeps and reports an existing file, and creates the others', () => {
  const { read, lines } = make({}, { 'systems/rpi4/VERSION': '2.0.0\n', 'systems/rpi4/notes.txt': 'mine' });
  expect(read('VERSION')).toBe('2.0.0\n');
  expect(read('notes.txt')).toBe('mine');
  expect(read('nerves_defconfig')).toContain('rpi4');
  expect(lines).toEqual([
    expect.stringContaining('rpi4 is now in systems/rpi4.'),
    'Kept, though different from a new one: systems/rpi4/VERSION',
  ]);
});

test('createSystem(): systemGenerator() creates a Dockerfile requested later, and has project.json use it', () => {
  const { tree, project } = make();
  tree.write('systems/rpi4/VERSION', '1.2.0\n');
  const { lines } = createSystem(tree, { ...options, dockerfile: true });
  expect(tree.read('systems/rpi4/Dockerfile', 'utf8')).toContain('FROM');
  expect(lines.slice(1)).toEqual([
    'Set in systems/rpi4/project.json, target build-artifact:',
    '  build_runner_config.docker = ["Dockerfile","rpi4:1.2.0"]',
    '  checksum = ["nerves_defconfig","VERSION","Dockerfile"]',
    'Kept, though different from a new one: systems/rpi4/project.json, systems/rpi4/VERSION',
  ]);
  const built = project.targets['build-artifact'];
  built.options.build_runner_config = { docker: ['Dockerfile', 'rpi4:1.2.0'] };
  built.options.checksum.push('Dockerfile');
  expect(JSON.parse(tree.read('systems/rpi4/project.json', 'utf8') ?? '')).toEqual(project);
  const before = filesIn(tree);
  expect(createSystem(tree, { ...options, dockerfile: true }).lines).toHaveLength(2);
  expect(filesIn(tree)).toEqual(before);
});

test('createSystem(): systemGenerator() has only the lines kept that a project.json has besides', () => {
  const { tree, read } = make();
  const { lines } = createSystem(tree, { ...options, dockerfile: true });
  expect(lines.join('\n')).not.toContain('Kept');
  const complete = make({ dockerfile: true });
  expect(JSON.parse(read('project.json') ?? '')).toEqual(complete.project);
});

const dockerfileLater = (targets: object, files: Record<string, string> = {}) => {
  const text = `// ours\n${JSON.stringify({ name: 'rpi4', targets })}`;
  const tree = testTree({ ...br, ...files, 'systems/rpi4/project.json': text });
  const { lines } = createSystem(tree, { ...options, dockerfile: true });
  const [comment, ...rest] = (tree.read('systems/rpi4/project.json', 'utf8') ?? '').split('\n');
  expect(comment).toBe('// ours');
  return { set: lines.slice(1, -1), targets: JSON.parse(rest.join('\n')).targets };
};
const target = (own: object, executor = 'nx-docker-artifact:build') => ({ executor, options: own });

test.each([
  [
    'a target of another name, beside other settings',
    { image: target({ platform: 'br', build_runner_config: { memory: '4g' } }) },
    { memory: '4g', docker: ['Dockerfile', 'rpi4:0.1.0'] },
    [
      'Set in systems/rpi4/project.json, target image:',
      '  build_runner_config.docker = ["Dockerfile","rpi4:0.1.0"]',
    ],
  ],
  [
    'another image is there, which is kept',
    { image: target({ build_runner_config: { docker: { tag: 'mine:1' } } }) },
    { docker: { tag: 'mine:1' } },
    ['systems/rpi4/Dockerfile is not used, as image has build_runner_config.docker = {"tag":"mine:1"}'],
  ],
  [
    'the Dockerfile is used already',
    { image: target({ build_runner_config: { docker: { dockerfile: './Dockerfile', tag: 'mine:1' } } }) },
    { docker: { dockerfile: './Dockerfile', tag: 'mine:1' } },
    [],
  ],
  [
    'there is no such target',
    { image: target({}, 'x:y') },
    undefined,
    [
      'systems/rpi4/Dockerfile is not used, as systems/rpi4/project.json has no target on nx-docker-artifact:build',
    ],
  ],
])('createSystem(): systemGenerator() with --dockerfile where %s', (_, targets, config, expected) => {
  const later = dockerfileLater(targets);
  expect(later.set).toEqual(expected);
  expect(later.targets.image.options.build_runner_config).toEqual(config);
});

test('createSystem(): systemGenerator() with --dockerfile takes over what nx.json has, which it would replace', () => {
  const defaults = { platform: 'br', checksum: ['nerves_defconfig'], build_runner_config: { memory: '4g' } };
  const nxJson = JSON.stringify({ targetDefaults: { image: target(defaults) } });
  const { set, targets } = dockerfileLater({ image: {} }, { 'nx.json': nxJson });
  expect(targets.image.options).toEqual({
    build_runner_config: { memory: '4g', docker: ['Dockerfile', 'rpi4:0.1.0'] },
    checksum: ['nerves_defconfig', 'Dockerfile'],
  });
  expect(set).toEqual([
    'Set in systems/rpi4/project.json, target image:',
    '  build_runner_config = {"memory":"4g","docker":["Dockerfile","rpi4:0.1.0"]}',
    '  checksum = ["nerves_defconfig","Dockerfile"]',
  ]);
});

test('createSystem(): systemGenerator() accepts another directory', () => {
  const { tree } = make({ directory: 'boards/four/' });
  expect(JSON.parse(tree.read('boards/four/project.json', 'utf8') ?? '').$schema).toBe(
    '../../node_modules/nx/schemas/project-schema.json',
  );
});

test.each([
  [
    { platform: 'none' },
    {},
    /option "platform": no Nx project is called "none", and there is no such directory/,
  ],
  [{ platform: 'br/VERSION' }, {}, /option "platform": no Nx project is called "br\/VERSION"/],
  [{ platform: '../br' }, {}, /option "platform": "\.\.\/br" lies outside the workspace/],
  [{ directory: '../x' }, {}, /option "directory": "\.\.\/x" lies outside the workspace/],
  [{ directory: 'br' }, {}, /option "directory": the project nerves_system_br is at br/],
  [{ name: 'nerves_system_br' }, {}, /option "name": the project at br is called nerves_system_br already/],
  [{ name: 'Rpi4' }, {}, /option "name": "Rpi4" cannot name an image/],
  [{ name: 'rpi..4' }, {}, /option "name": "rpi\.\.4" cannot name an image/],
  [{ name: '../rpi4' }, {}, /option "name": "\.\.\/rpi4" cannot name an image/],
  [{ name: 'platform' }, {}, /option "name": "platform" cannot name an image/],
  [{ directory: 'a-file' }, { 'a-file': '' }, /option "directory": a-file is a file/],
  [{ directory: 'a-file/x' }, { 'a-file': '' }, /option "directory": a-file is a file/],
])('createSystem(): systemGenerator() refuses %j', async (more, files, expected) => {
  const tree = testTree({ ...br, ...(files as Record<string, string>) });
  const message = await refusal(tree, () => createSystem(tree, { ...options, ...more }));
  expect(message).toMatch(/^BAD_OPTION: could not use the .+\n {2}-> .+$/);
  expect(message).toMatch(expected);
});

test('createSystem(): systemGenerator() refuses an invalid project.json', async () => {
  const tree = testTree({ 'br/x': '' });
  tree.write('systems/rpi4/project.json', '{');
  const message = await refusal(tree, () => createSystem(tree, { ...options, platform: 'br' }));
  expect(message).toContain('systems/rpi4/project.json');
});

test('createSystem(): systemGenerator() sets up the workspace too, unless it already is', async () => {
  const tree = testTree(br);
  await systemGenerator(tree, options);
  expect(JSON.parse(tree.read('nx.json', 'utf8') ?? '').plugins).toEqual(['nx-docker-artifact/plugin']);
  expect(tree.read('.gitignore', 'utf8')).toContain('.nerves/');

  const set = testTree({ ...br, 'nx.json': '{ "plugins": ["nx-docker-artifact/plugin"] }' });
  await systemGenerator(set, options);
  expect(set.exists('.gitignore')).toBe(false);
});

test.each([
  [{ platform: 'br' }, /"name" is missing/],
  [{ name: 'rpi4' }, /"platform" is missing/],
  [{ ...options, docker: true }, /unknown option "docker"/],
])('createSystem(): systemGenerator() refuses the options %j', async (input, expected) => {
  const tree = testTree(br);
  expect(await refusal(tree, () => systemGenerator(tree, input))).toMatch(expected);
});
