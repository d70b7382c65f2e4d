import { readdir, rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { platform } from '../test/support/platform.js';
import { some } from '../test/support/some.js';
import { type Files, TOOLBOX } from '../test/support/workspace.js';
import { below, json, platformProject, system } from './support/systems.js';
import { table } from './support/table.js';
import { fileWorkspace, isHit, NO_ENGINE, type Ran, testClone, type Workspace } from './support/workspace.js';

const ALPHA = 'systems/alpha';
const ARTIFACTS = `${ALPHA}/.nerves/artifacts`;
const PATCH = 'platform/patches/buildroot/0001-greeting.patch';
const TAG = `nx-docker-artifact-test/e2e-consumer:${process.pid}`;

const flavour = (FLAVOUR: string) => ({ env: { FLAVOUR } });
const alpha = {
  platform: 'demo_br',
  checksum: ['nerves_defconfig', 'source.txt', 'VERSION'],
  build_runner_config: { docker: ['Dockerfile', TAG] },
};
const dockerfile = (FLAVOUR: string) => `FROM ${TOOLBOX}\nENV FLAVOUR=${FLAVOUR}\n`;
/** What the defconfig and the image's environment decide goes into the artifact, too. */
const rules = `${platform['rules.mk']}
all: images/flavour
images/flavour: FORCE
\t@mkdir -p images; echo "$(FLAVOUR)" $$(cat .config) >$@
`;

/** All that tells one artifact from another. */
const content = `a=../systems/alpha/.nerves/artifacts/current
mkdir -p dist && echo $(cat $a/images/rootfs $a/images/greeting $a/images/flavour) >dist/x`;
const named = `${content}\necho $(cat dist/x) $(basename $(readlink $a)) >dist/x\n`;
const consumer = (name: string, target: object, more: object = {}) => ({
  'project.json': json({
    name,
    ...more,
    targets: {
      firmware: {
        ...target,
        executor: 'nx:run-commands',
        outputs: ['{projectRoot}/dist'],
        cache: true,
        options: { command: 'sh make.sh', cwd: '{projectRoot}' },
      },
    },
  }),
});

const ofImage = (files: object) => ({
  dependsOn: [{ projects: ['image'], target: 'firmware' }],
  inputs: ['default', files],
});
const edge = { implicitDependencies: ['image'] };

const project = JSON.parse(system('alpha', alpha)['project.json'] as string);
project.targets['build-artifact'].configurations = {
  debug: flavour('debug'),
  production: flavour('production'),
};

const workspace = await fileWorkspace({
  ...below('platform', { ...platformProject('demo_br'), 'rules.mk': rules }),
  ...below(ALPHA, {
    ...system('alpha', alpha),
    'project.json': json(project),
    Dockerfile: dockerfile('plain'),
  }),
  '.gitignore': 'node_modules/\n.nx/\n.nerves/\nbuild.log\nbuild.log.1\ndist/\n',
  'firmware/make.sh': named,
  // what is between has of the artifact its content, and not its name
  ...below('image', { ...consumer('image', { inputs: ['default'] }), 'make.sh': content }),
  ...below('product', {
    ...consumer('product', ofImage({ dependentTasksOutputFiles: '**/current.json', transitive: true }), edge),
    'make.sh': named,
  }),
  ...below('copy', {
    ...consumer('copy', ofImage({ dependentTasksOutputFiles: '**/*' }), edge),
    'make.sh': 'mkdir -p dist && cp ../image/dist/x dist/x\n',
  }),
  ...below('publish', {
    ...consumer(
      'publish',
      {
        dependsOn: [{ projects: ['alpha'], target: 'archive' }],
        inputs: ['default', { dependentTasksOutputFiles: '**/.nerves/archive/*.sha256' }],
      },
      { implicitDependencies: ['alpha'] },
    ),
    'make.sh': 'mkdir -p dist && cp ../systems/alpha/.nerves/archive/*.sha256 dist/x\n',
  }),
});

const seen = table('change of', 'by', 'archive', 'firmware', 'image', 'product', 'copy', 'publish');

/** Of the artifact, of the first, of both, of the first alone, of the archive. */
const CONSUMERS = ['firmware', 'image', 'product', 'copy', 'publish'];
const run = (configuration?: string) => [
  ...['run-many', '-t', 'firmware', '--output-style=stream'],
  ...(configuration ? [`--configuration=${configuration}`] : []),
];
const affected = ['affected', '-t', 'firmware', '--base=HEAD', '--output-style=stream'];

/** Whether each was built. */
function outcome(ran: Ran, { configuration = '' } = {}): Record<string, 'built' | 'hit'> {
  const tasks = CONSUMERS.map((name) => [name, `${name}:firmware`]);
  const suffix = configuration && `:${configuration}`;
  return Object.fromEntries(
    [['archive', `alpha:archive${suffix}`], ...tasks].map(([name, task]) => [
      name,
      isHit(ran, task ?? '') ? 'hit' : 'built',
    ]),
  );
}

function add(what: string, by: string, found: Record<string, string>): void {
  seen.add(what, by, ...['archive', ...CONSUMERS].map((name) => found[name] ?? ''));
}

const first = { source: 'alpha', greeting: 'patched', flavour: 'plain', version: '0.1.0' };

/** Nobody has anything of another artifact than this one: that is what the hits are for. */
async function expectMadeOf(change: Partial<typeof first> = {}, where: Workspace = workspace): Promise<void> {
  const { source, greeting, flavour, version } = { ...first, ...change };
  const inside = `${source} greeting=${greeting} ${flavour}`;
  const read = (name: string) => where.read(`${name}/dist/x`);
  const archive = `${ALPHA}/.nerves/archive`;
  const [sha256 = ''] = (await readdir(where.path(archive))).filter((file) => file.endsWith('.sha256'));
  const named = `${inside} alpha-portable-${version}\n`;
  expect(await Promise.all(CONSUMERS.map(read))).toEqual([
    ...[named, `${inside}\n`, named, `${inside}\n`],
    await where.read(`${archive}/${sha256}`),
  ]);
}

test('consumer: a target that is built, and then a hit; all that it wrote is what `affected` needs', async () => {
  const how = { firmware: ['--command', 'sh make.sh'], image: [] };
  for (const [name, more] of Object.entries(how)) {
    const made = await workspace.nx('g', 'nx-docker-artifact:consumer', name, '--system', 'alpha', ...more);
    expect(made.code, made.text).toBe(0);
    expect(made.text).toContain(`The artifact of alpha is in ${ARTIFACTS}/current, whatever its version.`);
  }
  await workspace.git('add', '.');
  await workspace.git('commit', '--quiet', '--message=Consumers');
  const built = outcome(await workspace.nx(...run()));
  add('nothing, the first build', 'run', built);
  expect(new Set(Object.values(built))).toEqual(new Set(['built']));
  await expectMadeOf();
  const again = await workspace.nxWith({ env: NO_ENGINE }, ...run());
  add('nothing', 'run', outcome(again));
  expect(new Set(Object.values(outcome(again)))).toEqual(new Set(['hit']));
  expect(again.text).toMatch(/Artifact \S+ \(already there, /);
}, 300_000);

interface Row {
  what: string;
  /** The change, by a word that stands in it. */
  change: (word: string) => Files;
  made: (word: string) => Partial<typeof first>;
}

const rows: Row[] = [
  {
    what: 'the defconfig',
    change: (word) => ({ [`${ALPHA}/nerves_defconfig`]: `${word}\n` }),
    made: (word) => ({ flavour: `plain ${word}` }),
  },
  {
    what: 'a source of the system',
    change: (word) => ({ [`${ALPHA}/source.txt`]: `${word}\n` }),
    made: (source) => ({ source }),
  },
  {
    what: 'the platform',
    change: (word) => ({ [PATCH]: `greeting=${word}\n` }),
    made: (greeting) => ({ greeting }),
  },
  {
    what: 'the Dockerfile',
    change: (word) => ({ [`${ALPHA}/Dockerfile`]: dockerfile(word) }),
    made: (flavour) => ({ flavour }),
  },
  {
    what: 'the version',
    change: (word) => ({ [`${ALPHA}/VERSION`]: `0.2.0-${word}\n` }),
    made: (word) => ({ version: `0.2.0-${word}` }),
  },
];

test.each(
  some(
    rows.flatMap((row) => ['run', 'affected'].map((by) => [by, row.what, row] as const)),
    2,
  ),
)('consumer: by %s it is never made of an older artifact (%s)', async (by, what, { change, made }) => {
  onTestFinished(async () => void (await workspace.git('checkout', '--quiet', '.')));
  await workspace.write(change(by));
  const found = outcome(await workspace.nx(...(by === 'run' ? run() : affected)));
  add(what, by, found);
  await expectMadeOf(made(by));
  // what a copy is made of is the content alone
  const copy = what === 'the version' ? 'hit' : 'built';
  const all = Object.fromEntries(['archive', ...CONSUMERS].map((name) => [name, 'built']));
  expect(found).toEqual({ ...all, copy });
});

test('consumer: back to what was built before, from the cache', async () => {
  const found = outcome(await workspace.nxWith({ env: NO_ENGINE }, ...run()));
  add('back again', 'run', found);
  await expectMadeOf();
  expect(new Set(Object.values(found))).toEqual(new Set(['hit']));
});

test('consumer: a configuration is another artifact, and back', async () => {
  for (const configuration of ['debug', 'production']) {
    const found = outcome(await workspace.nx(...run(configuration)), { configuration });
    add(`the configuration: ${configuration}`, 'run', found);
    await expectMadeOf({ flavour: configuration });
    expect(new Set(Object.values(found))).toEqual(new Set(['built']));
  }
  const found = outcome(await workspace.nxWith({ env: NO_ENGINE }, ...run()));
  add('the configuration: back to the default one', 'run', found);
  await expectMadeOf();
  expect(new Set(Object.values(found))).toEqual(new Set(['hit']));
});

const REMOVED = [
  ['the artifact', `${ARTIFACTS}/alpha-portable-0.1.0`],
  ['all artifacts', ARTIFACTS],
  ['all of .nerves', `${ALPHA}/.nerves`],
] as const;

test.each(some(REMOVED, 1))(
  'consumer: %s, removed by hand, is unpacked again, and the consumers are hits',
  async (what, path) => {
    await rm(workspace.path(path), { recursive: true });
    const ran = await workspace.nxWith({ env: NO_ENGINE }, ...run());
    add(`${what}, removed by hand`, 'run', outcome(ran));
    expect(ran.text).toMatch(/Artifact \S+ \(unpacked, /);
    expect(new Set(Object.values(outcome(ran)))).toEqual(new Set(['hit']));
    await expectMadeOf();
  },
);

test('consumer: in a clone that never unpacked all are hits, without an engine', async () => {
  const clone = await testClone(workspace);
  const { NX_CACHE_DIRECTORY, NX_WORKSPACE_DATA_DIRECTORY } = workspace.env;
  const env = { ...NO_ENGINE, NX_CACHE_DIRECTORY, NX_WORKSPACE_DATA_DIRECTORY };
  const ran = await clone.nxWith({ env }, ...run());
  add('nothing, in a clone', 'run', outcome(ran));
  expect(new Set(Object.values(outcome(ran)))).toEqual(new Set(['hit']));
  expect(await clone.read(`${ARTIFACTS}/current/images/rootfs`)).toBe('alpha\n');
  await expectMadeOf({}, clone);
});

test('consumer: NERVES_SYSTEM takes the place of the artifact, and no cache answers for it', async () => {
  const files = { rootfs: 'mine\n', greeting: 'greeting=mine\n', flavour: 'mine\n' };
  await workspace.write(below('../mine/images', files));
  const env = { ...NO_ENGINE, NERVES_SYSTEM: workspace.path('../mine') };
  for (const word of ['mine', 'changed']) {
    await workspace.write({ '../mine/images/flavour': `${word}\n` });
    const ran = await workspace.nxWith({ env }, ...run());
    expect(isHit(ran, 'firmware:firmware'), ran.text).toBe(false);
    expect(await workspace.read('firmware/dist/x')).toBe(`mine greeting=mine ${word} mine\n`);
  }
  const found = outcome(await workspace.nxWith({ env: NO_ENGINE }, ...run()));
  add('NERVES_SYSTEM, and back', 'run', found);
  expect(new Set(Object.values(found))).toEqual(new Set(['hit']));
  await expectMadeOf();
});

test('clean removes what consumers go by, and the artifacts of all versions', async () => {
  const { code, text } = await workspace.nx('run', 'alpha:clean');
  expect(code, text).toBe(0);
  expect(await readdir(workspace.path(ARTIFACTS))).toEqual([]);
});
