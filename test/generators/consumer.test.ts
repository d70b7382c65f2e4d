import { expect, test } from 'vitest';
import { addConsumer } from '../../src/generators/consumer/add-consumer.js';
import consumerGenerator from '../../src/generators/consumer/generator.js';
import { consumerOptions } from '../../src/generators/consumer/options.js';
import { refusal, testTree } from './support/tree.js';

const BUILD = 'nx-docker-artifact:build';
const system = (name: string | undefined, more: object = {}, target = 'build-artifact') =>
  JSON.stringify({ name, targets: { [target]: { executor: BUILD, ...more } } });
const systems = {
  'systems/rpi4/project.json': system('rpi4'),
  'systems/rpi3/project.json': system('rpi3'),
  'nx.json': '{ "plugins": ["nx-docker-artifact/plugin"] }',
};
const artifact = { dependentTasksOutputFiles: '**/.nerves/artifacts/current.json', transitive: true };
const first = { projects: ['rpi4'], target: 'build-artifact' };
const fixed = 'The artifact of rpi4 is in systems/rpi4/.nerves/artifacts/current, whatever its version.';

function add(files: Record<string, string>, options: object = {}) {
  const tree = testTree({ ...systems, ...files });
  const parsed = consumerOptions.parse({ project: 'firmware', system: 'rpi4', ...options });
  const report = () => addConsumer(tree, parsed);
  const read = (file: string) => JSON.parse(tree.read(file, 'utf8') ?? 'null');
  return { tree, report, read };
}

/** The project `firmware` with this target. */
const firmware = (target: object, more: object = {}) => ({
  'firmware/project.json': JSON.stringify({ name: 'firmware', targets: { firmware: target }, ...more }),
});

test('addConsumer(): consumerGenerator() makes a new project', () => {
  const { report, read } = add({}, { command: 'make firmware' });
  expect(report()).toEqual({
    lines: [
      'firmware is now in firmware. To build it: nx run firmware:firmware',
      'Added /firmware/dist to .gitignore: Nx would take it for an input.',
      fixed,
    ],
    warnings: [],
  });
  expect(read('firmware/project.json')).toEqual({
    $schema: '../node_modules/nx/schemas/project-schema.json',
    name: 'firmware',
    projectType: 'application',
    implicitDependencies: ['rpi4'],
    targets: {
      firmware: {
        executor: 'nx:run-commands',
        dependsOn: [first],
        inputs: ['default', artifact],
        outputs: ['{projectRoot}/dist'],
        cache: true,
        options: { command: 'make firmware', cwd: '{projectRoot}' },
      },
    },
  });
});

test('addConsumer() runs mix where there is a mix.exs, and hashes what mix goes by', () => {
  const { report, read } = add({ 'apps/fw/mix.exs': '' }, { project: '@acme/fw', directory: 'apps/fw' });
  report();
  expect(read('apps/fw/project.json').targets.firmware).toMatchObject({
    inputs: ['default', { env: 'MIX_TARGET' }, { env: 'MIX_ENV' }, artifact],
    outputs: ['{projectRoot}/_build/*/nerves/images/*.fw'],
    options: { command: 'mix firmware' },
  });
});

test.each<[string, Record<string, string>, string | undefined, string | undefined]>([
  ['where nothing does', {}, undefined, '# nx-docker-artifact\n/apps/fw/dist\n'],
  ['beside others', { '.gitignore': 'tmp\n' }, undefined, 'tmp\n\n# nx-docker-artifact\n/apps/fw/dist\n'],
  [
    'not where the workspace does',
    { '.gitignore': 'node_modules\ndist/\n' },
    undefined,
    'node_modules\ndist/\n',
  ],
  ['not where its path stands', { '.gitignore': '/apps/fw/dist\n' }, undefined, '/apps/fw/dist\n'],
  ['not where the project does', { 'apps/fw/.gitignore': '/dist/\n' }, undefined, undefined],
  [
    'also where only the top one is',
    { '.gitignore': '/dist\n' },
    undefined,
    '/dist\n\n# nx-docker-artifact\n/apps/fw/dist\n',
  ],
  ['by its pattern', {}, 'out/*.fw', '# nx-docker-artifact\n/apps/fw/out/*.fw\n'],
  ['not where mix does', { 'apps/fw/.gitignore': '/_build/\n' }, '_build/*/nerves/images/*.fw', undefined],
])('ignoreOutput() has git ignore what a new target writes, %s', (_, files, output, expected) => {
  const options = { project: 'fw', directory: 'apps/fw', command: 'make', output };
  const { tree, report } = add(files, options);
  report();
  expect(tree.read('.gitignore', 'utf8') ?? undefined).toBe(expected);
});

test('addConsumer() leaves the outputs of a target that is there to its owner', () => {
  const { tree, report } = add(firmware({ command: 'make' }));
  report();
  expect(tree.exists('.gitignore')).toBe(false);
});

test('addConsumer() adds to a target that is there what it lacks, and keeps the rest', () => {
  const target = {
    ...{ executor: 'x:y', cache: true, outputs: ['{projectRoot}/out'] },
    dependsOn: ['compile'],
    inputs: ['production', { env: 'CI' }],
  };
  const { report, read, tree } = add(firmware(target, { implicitDependencies: ['other'] }));
  const { lines } = report();
  expect(read('firmware/project.json')).toEqual({
    name: 'firmware',
    targets: {
      firmware: {
        ...target,
        dependsOn: ['compile', first],
        inputs: ['production', { env: 'CI' }, artifact],
      },
    },
    implicitDependencies: ['other', 'rpi4'],
  });
  expect(lines).toEqual([
    'Set in firmware/project.json:',
    `  targets.firmware.dependsOn = ${JSON.stringify(['compile', first])}`,
    `  targets.firmware.inputs = ${JSON.stringify(['production', { env: 'CI' }, artifact])}`,
    '  implicitDependencies = ["other","rpi4"]',
    fixed,
  ]);
  const before = tree.read('firmware/project.json', 'utf8');
  expect(report().lines).toEqual(['firmware:firmware already uses the artifact of rpi4.', fixed]);
  expect(tree.read('firmware/project.json', 'utf8')).toBe(before);
});

test('addConsumer() keeps comments, and what nx.json has for the target, which a key of its own replaces', () => {
  const targetDefaults = { 'x:y': { inputs: ['production'], dependsOn: ['^compile'], cache: true } };
  const { report, read, tree } = add({
    'nx.json': JSON.stringify({ targetDefaults }),
    'firmware/project.json':
      '{\n  // ours\n  "name": "firmware",\n  "targets": { "firmware": { "executor": "x:y" } }\n}\n',
  });
  expect(report().lines.join('\n')).not.toContain('not cached');
  expect(tree.read('firmware/project.json', 'utf8')).toContain('// ours');
  tree.write(
    'firmware/project.json',
    tree.read('firmware/project.json', 'utf8')?.replace('// ours', '') ?? '',
  );
  expect(read('firmware/project.json').targets.firmware).toEqual({
    executor: 'x:y',
    dependsOn: ['^compile', first],
    inputs: ['production', artifact],
  });
});

test('addConsumer() keeps the inputs that Nx has for a target without any, and says that it is not cached', () => {
  const { report, read } = add(firmware({ executor: 'x:y' }), { command: 'true', directory: 'x' });
  expect(report()).toMatchObject({
    lines: expect.arrayContaining([
      'firmware:firmware is not cached ("cache": true), and so runs every time.',
    ]),
    warnings: ['not used, as firmware:firmware is there already: --command, --directory'],
  });
  expect(read('firmware/project.json').targets.firmware.inputs).toEqual(['default', '^default', artifact]);
});

test.each([
  ['^build-artifact', '**/*'],
  ['rpi4:build-artifact', '**'],
  [{ projects: 'rpi4', target: 'build-artifact' }, '**/*'],
  [{ dependencies: true, target: 'build-artifact' }, '**/*'],
])('addConsumer() adds only the edge where %j and %j are there', (dependency, files) => {
  const { report } = add(
    firmware({ dependsOn: [dependency], inputs: [{ dependentTasksOutputFiles: files }] }),
  );
  expect(report().lines.slice(0, 2)).toEqual([
    'Set in firmware/project.json:',
    '  implicitDependencies = ["rpi4"]',
  ]);
});

test('addConsumer() adds a second artifact beside the first', () => {
  const { tree, report, read } = add({}, { command: 'make' });
  report();
  addConsumer(tree, consumerOptions.parse({ project: 'firmware', system: 'rpi3' }));
  const { targets, implicitDependencies } = read('firmware/project.json');
  expect(targets.firmware.dependsOn).toEqual([first, { projects: ['rpi3'], target: 'build-artifact' }]);
  expect(targets.firmware.inputs).toEqual(['default', artifact]);
  expect(implicitDependencies).toEqual(['rpi4', 'rpi3']);
});

test('addConsumer() writes into a package.json that is the project, also for a script', () => {
  const packages = JSON.stringify({ workspaces: ['packages/*'] });
  const { report, read } = add(
    {
      'package.json': packages,
      'packages/fw/package.json': '{ "name": "@acme/fw", "scripts": { "firmware": "make" } }',
      'packages/sys/package.json': `{ "name": "@acme/sys", "nx": ${system(undefined, {}, 'image')} }`,
    },
    { project: '@acme/fw', system: '@acme/sys' },
  );
  const { lines } = report();
  expect(read('packages/fw/package.json')).toEqual({
    name: '@acme/fw',
    scripts: { firmware: 'make' },
    nx: {
      targets: {
        firmware: {
          dependsOn: [{ projects: ['@acme/sys'], target: 'image' }],
          inputs: ['default', '^default', artifact],
        },
      },
      implicitDependencies: ['@acme/sys'],
    },
  });
  expect(lines.at(-1)).toContain('is in packages/sys/.nerves/artifacts/current');
});

test('addConsumer() takes the name of a system from the package.json beside its project.json', () => {
  const { report, read } = add(
    { 'systems/x/project.json': system(undefined), 'systems/x/package.json': '{ "name": "@acme/x" }' },
    { system: '@acme/x', command: 'make' },
  );
  report();
  expect(read('firmware/project.json').implicitDependencies).toEqual(['@acme/x']);
});

test('addConsumer() knows a system whose executor stands in nx.json, and keeps what a glob there has for the target', () => {
  const targetDefaults = { 'build-*': { executor: BUILD }, 'firm*': { inputs: ['production'] } };
  const { report, read } = add(
    {
      'nx.json': JSON.stringify({ targetDefaults }),
      'systems/rpi5/project.json': '{ "name": "rpi5", "targets": { "build-artifact": {} } }',
      ...firmware({ executor: 'x:y' }),
    },
    { system: 'rpi5' },
  );
  report();
  expect(read('firmware/project.json').targets.firmware.inputs).toEqual(['production', artifact]);
});

test('addConsumer() names the artifact_dir, and outputs that replace the one Nx hashes', () => {
  const options = { artifact_dir: 'out/rpi5' };
  const { report } = add(
    { 'systems/rpi5/project.json': system('rpi5', { options, outputs: ['{workspaceRoot}/out/rpi5'] }) },
    { system: 'rpi5', command: 'make' },
  );
  expect(report()).toMatchObject({
    lines: expect.arrayContaining(['The artifact of rpi5 is in out/rpi5, whatever its version.']),
    warnings: [
      'rpi5:build-artifact has "outputs" of its own: add "{projectRoot}/.nerves/artifacts/current.json", or what uses it is not built again',
    ],
  });
});

test.each<[string, Record<string, string>, object, string]>([
  ['an unknown system', {}, { system: 'rpi5' }, 'Name one of: rpi3, rpi4.'],
  [
    'a project that builds none',
    firmware({}),
    { project: 'x', system: 'firmware' },
    'Name one of: rpi3, rpi4.',
  ],
  ['its own artifact', {}, { project: 'rpi4' }, 'rpi4 would use its own artifact'],
  ['a new target without a command', firmware({}), { target: 'pack' }, 'no target "pack", and no mix.exs'],
  ['a new project without a command', {}, {}, 'in the directory of the project: --command'],
  ['a directory outside', {}, { directory: '../x', command: 'make' }, 'lies outside the workspace'],
  [
    'a directory of another project',
    {},
    { directory: 'systems/rpi3', command: 'make' },
    'rpi3 is at systems/rpi3',
  ],
  ['a directory that is a file', { firmware: 'x' }, { command: 'make' }, 'firmware is a file'],
  ['a name that is none', {}, { project: 'a b', command: 'make' }, '"a b" cannot name a project'],
])('addConsumer() refuses %s, and writes nothing', async (_, files, options, message) => {
  const { tree, report } = add(files, options);
  expect(await refusal(tree, report)).toContain(message);
});

test('addConsumer() says how to make a system where there is none', async () => {
  const tree = testTree();
  const options = consumerOptions.parse({ project: 'firmware', system: 'rpi4' });
  expect(await refusal(tree, () => addConsumer(tree, options))).toContain('nx g nx-docker-artifact:system');
});

test('consumerGenerator() sets up the workspace, whose plugin infers the output', async () => {
  const { tree, read } = add({ 'nx.json': '{}' });
  await consumerGenerator(tree, { project: 'firmware', system: 'rpi4', command: 'make' });
  expect(read('nx.json').plugins).toEqual(['nx-docker-artifact/plugin']);
});
