import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { platform } from '../test/support/platform.js';
import { some } from '../test/support/some.js';
import { type Files, writeFiles } from '../test/support/workspace.js';
import { below, json, system, systemOptions } from './support/systems.js';
import { table } from './support/table.js';
import { fileWorkspace, isHit, NO_ENGINE, type Settings } from './support/workspace.js';

const { tag: BASE } = systemOptions.build_runner_config.docker;
const TAG = `nx-docker-artifact-test/e2e-key:${process.pid}`;
const ALPHA = 'systems/alpha';
const FETCHED = 'deps/nerves_system_br';

const alphaOptions = {
  platform: 'demo_br',
  checksum: ['nerves_defconfig', 'source.txt', 'VERSION'],
  env: { COLOUR: 'red', GREETING: null },
  build_runner_config: {
    docker: { dockerfile: '../../images/alpha/Dockerfile', tag: TAG, build_args: { LEVEL: '1' } },
  },
  build_runner_opts: { make_args: ['V=1', 'BR2_PRIMARY_SITE={env:BR2_PRIMARY_SITE}'] },
};
const named = { docker: { ...systemOptions.build_runner_config.docker, platform: 'linux/amd64' } };
const bind = (source: string, readonly: boolean) => ({
  type: 'bind',
  source,
  target: `/mnt/${basename(source)}`,
  readonly,
});
const mounted = {
  ...systemOptions.build_runner_config,
  mounts: [bind('../../assets', true), bind('../../state', false)],
};
const wide = { docker: { tag: `${TAG}-wide`, dockerfile: 'Dockerfile', context: '..' } };

/** A system whose README is no input: as Nx has it, a named input of the project. */
function alpha(changed: object = {}): Files {
  const files = system('alpha', { ...alphaOptions, ...changed });
  const project = JSON.parse(files['project.json'] as string);
  const namedInputs = { default: ['{projectRoot}/**/*', '!{projectRoot}/README.md'] };
  return { ...files, 'README.md': 'Alpha.\n', 'project.json': json({ ...project, namedInputs }) };
}

const project = (changed: object) => ({ [`${ALPHA}/project.json`]: alpha(changed)['project.json'] ?? '' });

const files: Files = {
  // what a build leaves must be no input either where git does not ignore it
  '.gitignore': 'node_modules/\n.nx/\ndeps/\n',
  ...below(ALPHA, alpha()),
  'images/alpha/Dockerfile': `FROM ${BASE}\nARG LEVEL\nCOPY shared.txt /\n`,
  'images/alpha/shared.txt': 'shared\n',
  ...below(FETCHED, { ...platform, 'patches/buildroot.patch': 'a patch\n' }),
  ...below('systems/tool', system('tool', { ...systemOptions, platform: FETCHED, type: 'toolchain' })),
  ...below('systems/named', system('named', { ...systemOptions, build_runner_config: named })),
  ...below('systems/wide', system('wide', { ...systemOptions, build_runner_config: wide })),
  'systems/wide/Dockerfile': `FROM ${BASE}\nCOPY beta/source.txt /\n`,
  'systems/.dockerignore': '*/.nerves\n',
  ...below('../elsewhere', platform),
  ...below('systems/outside', system('outside', { ...systemOptions, platform: '../elsewhere' })),
  ...below('systems/token', system('token', { ...systemOptions, platform: '{projectRoot}/deps/br' })),
  ...below('systems/token/deps/br', platform),
  ...below('systems/mounted', system('mounted', { ...systemOptions, build_runner_config: mounted })),
  ...{ 'assets/logo': 'logo\n', 'state/x': '' },
  ...below(
    'systems/defaulted',
    system('defaulted', { build_runner_config: systemOptions.build_runner_config }),
  ),
  'nx.json': json({
    plugins: [{ plugin: 'nx-docker-artifact/plugin', include: ['systems/**/*'] }],
    targetDefaults: { 'nx-docker-artifact:build': { options: { platform: 'demo_br' } } },
    namedInputs: { default: ['{projectRoot}/**/*'] },
    ...{ analytics: false, neverConnectToCloud: true },
  }),
  'platform/nested/project.json': json({ name: 'nested', targets: {} }),
  'platform/nested/a': '1\n',
};
const workspace = await fileWorkspace(files);

interface Row {
  what: string;
  /** Whose archive; alpha's unless said. */
  of?: string;
  expected: 'hit' | 'miss';
  /** Contents of files, by path; null removes one. */
  change?: Record<string, Files[string] | null>;
  env?: NodeJS.ProcessEnv;
  /** As another user. */
  user?: true;
}

const miss = (what: string, how: Omit<Row, 'what' | 'expected'>): Row => ({ what, expected: 'miss', ...how });
const hit = (what: string, how: Omit<Row, 'what' | 'expected'> = {}): Row => ({
  what,
  expected: 'hit',
  ...how,
});

const otherArch = { NODE_OPTIONS: `--require ${workspace.path('node_modules/.other-arch.cjs')}` };
const plugin = 'node_modules/nx-docker-artifact/package.json';
const lockfile = (version: string) =>
  json({ lockfileVersion: 3, packages: { '': {}, 'node_modules/left-pad': { version } } });

const rows: Row[] = [
  hit('nothing, right after the build'),
  miss('a file of the package', { change: { [`${ALPHA}/source.txt`]: 'changed\n' } }),
  miss('a new file in the package', { change: { [`${ALPHA}/overlay/etc/new`]: 'new\n' } }),
  miss('a file of the package is gone', { change: { [`${ALPHA}/nerves_defconfig`]: null } }),
  miss('a file of the platform, an Nx project', { change: { 'platform/rules.mk': '# changed\n' } }),
  miss('a file of the platform, a fetched folder that git ignores', {
    ...{ of: 'tool', change: { [`${FETCHED}/rules.mk`]: '# changed\n' } },
  }),
  miss('a file of that folder with "buildroot" in its name, further down', {
    ...{ of: 'tool', change: { [`${FETCHED}/patches/buildroot.patch`]: 'changed\n' } },
  }),
  miss('the Dockerfile, outside of the package', {
    change: { 'images/alpha/Dockerfile': `FROM ${BASE}\nRUN true\n` },
  }),
  miss('the .dockerignore of that Dockerfile', {
    change: { 'images/alpha/Dockerfile.dockerignore': 'nothing\n' },
  }),
  miss('a file of the Docker context', { change: { 'images/alpha/shared.txt': 'changed\n' } }),
  miss('a file of a Docker context that has the package in it', {
    ...{ of: 'wide', change: { 'systems/beta/source.txt': 'changed\n' } },
  }),
  miss('a build argument', {
    change: project({
      build_runner_config: {
        docker: { ...alphaOptions.build_runner_config.docker, build_args: { LEVEL: '2' } },
      },
    }),
  }),
  miss('env', { change: project({ env: { ...alphaOptions.env, COLOUR: 'blue' } }) }),
  miss('make_args', { change: project({ build_runner_opts: { make_args: ['V=2'] } }) }),
  miss('another option: platform_config', {
    change: project({ platform_config: { defconfig: 'VERSION' } }),
  }),
  miss("the plugin's version", {
    change: { [plugin]: (await workspace.read(plugin)).replace('"version": "', '"version": "9') },
  }),
  miss('the architecture of the host', { env: otherArch }),
  miss('the architecture of the host, of a toolchain', { of: 'tool', env: otherArch }),
  hit('the architecture of the host, where docker.platform is set', { of: 'named', env: otherArch }),
  miss('HOST_ARCH, of a toolchain', { of: 'tool', env: { HOST_ARCH: 'aarch64' } }),
  hit('HOST_ARCH, of a system', { env: { HOST_ARCH: 'aarch64' } }),
  miss('a variable that is null in env', { env: { GREETING: 'hello' } }),
  miss('a variable that make_args name', { env: { BR2_PRIMARY_SITE: 'http://mirror/' } }),
  hit('a variable that make_args name, and that is empty', { env: { BR2_PRIMARY_SITE: '' } }),
  hit('a variable that is not listed', { env: { BR2_BACKUP_SITE: 'http://mirror/' } }),
  miss('NERVES_SYSTEM', { env: { NERVES_SYSTEM: '/nonexistent' } }),
  hit('build.log', { change: { [`${ALPHA}/build.log`]: 'changed\n', [`${ALPHA}/build.log.1`]: 'x\n' } }),
  hit('the record of a build', { change: { [`${ALPHA}/.nerves/timing/1.json`]: '{}' } }),
  hit('the record of a build is gone', { change: { [`${ALPHA}/.nerves/timing/1.json`]: null } }),
  hit('.nerves/', { change: { [`${ALPHA}/.nerves/new`]: 'new\n' } }),
  hit('outputs in a Docker context that has the package in it', {
    of: 'wide',
    change: { 'systems/beta/.nerves/archive/x.tar.gz': 'new\n', 'systems/beta/build.log': 'new\n' },
  }),
  hit('what the fetched nerves_system_br unpacks beside itself', {
    of: 'tool',
    change: { [`${FETCHED}/buildroot-2025.05/Makefile`]: 'x\n', [`${FETCHED}/buildroot-2025.05.tar`]: 'x\n' },
  }),
  miss('a README that is no named input, as it is copied all the same', {
    change: { [`${ALPHA}/README.md`]: 'changed\n' },
  }),
  hit('the README of the workspace', { change: { 'README.md': 'changed\n' } }),
  miss('chmod +x', { change: { [`${ALPHA}/source.txt`]: { content: 'alpha\n', mode: 0o755 } } }),
  miss('a file of the package that git ignores, and that is copied', {
    change: { [`${ALPHA}/deps/ignored`]: 'x\n' },
  }),
  miss('a file of the Docker context that git ignores', { change: { 'images/alpha/deps/ignored': 'x\n' } }),
  miss('a file of a platform outside of the workspace', {
    ...{ of: 'outside', change: { '../elsewhere/rules.mk': '# changed\n' } },
  }),
  miss('a file of a read-only bind mount', { of: 'mounted', change: { 'assets/logo': 'changed\n' } }),
  hit('a file of a bind mount that is written to', { of: 'mounted', change: { 'state/x': 'changed\n' } }),
  miss('a file of a platform that is named by a token of Nx', {
    ...{ of: 'token', change: { 'systems/token/deps/br/rules.mk': '# changed\n' } },
  }),
  miss('a file of a platform that nx.json names for all, where the plugin sees only some projects', {
    ...{ of: 'defaulted', change: { 'platform/rules.mk': '# changed\n' } },
  }),
  miss('a file of the platform that belongs to a project below it', {
    change: { 'platform/nested/a': '2\n' },
  }),
  miss('chmod +x of a file of the platform', {
    change: { 'platform/nested/a': { content: '1\n', mode: 0o755 } },
  }),
  hit('the .git of a fetched platform', { of: 'tool', change: { [`${FETCHED}/.git/HEAD`]: 'x\n' } }),
  hit("the package's node_modules", { change: { [`${ALPHA}/node_modules/x/index.js`]: 'x\n' } }),
  hit('another mode, which git does not keep, and the time of a file', {
    change: { [`${ALPHA}/source.txt`]: { content: 'alpha\n', mode: 0o600 } },
  }),
  hit('another project', { change: { 'systems/beta/source.txt': 'changed\n' } }),
  hit('npm packages', { change: { 'package-lock.json': lockfile('1.3.0') } }),
  hit('the engine', { env: { DOCKER_HOST: 'tcp://127.0.0.1:1' } }),
  hit('the user', { user: true }),
  hit('the places of downloads and of artifacts', {
    env: { NERVES_DL_DIR: '/nonexistent/dl', NERVES_ARTIFACTS_DIR: '/nonexistent/a', XDG_DATA_HOME: '/x' },
  }),
];

const seen = table('change of', 'archive of', 'expected', 'seen');

test('the first build', async () => {
  await workspace.write({
    'package-lock.json': lockfile('1.2.0'),
    'node_modules/.other-arch.cjs': OTHER_ARCH,
  });
  const { code, text } = await workspace.nx('run-many', '-t', 'archive');
  expect(code, text).toBe(0);
}, 300_000);

// Each without an engine: what is no hit comes to the engine, and fails there.
test.each(some(rows, 8).map((row) => [row.what, row.expected, row] as const))(
  '%s: %s',
  async (what, expected, row) => {
    const { of = 'alpha', change = {}, env, user } = row;
    await apply(change);
    const settings: Settings = { env: { ...NO_ENGINE, ...env }, user };
    const ran = await workspace.nxWith(settings, 'run', `${of}:archive`);
    const isMiss = /^(ENGINE_UNREACHABLE|DEFCONFIG_MISSING): /m.test(ran.text);
    const found = isMiss ? 'miss' : isHit(ran, `${of}:archive`) ? 'hit' : 'built';
    seen.add(what, of, expected, found);
    expect(found, ran.text).toBe(expected);
  },
);

/** What was made for a new file: itself, or the topmost of the directories above it, as an empty one is copied, too. */
const made = new Map<string, string>();

async function firstMissing(path: string): Promise<string> {
  const parts = path.split('/');
  const ways = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const isThere = await Promise.all(
    ways.map((way) =>
      stat(workspace.path(way)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return ways[isThere.indexOf(false)] ?? path;
}

/** Writes new files instead of into the old ones, as those in node_modules are shared; back when the test is over. */
async function apply(change: NonNullable<Row['change']>): Promise<void> {
  for (const [path, content] of Object.entries(change)) {
    const before = await workspace.read(path).catch(() => undefined);
    const put = async (text: Files[string] | null | undefined) => {
      const added = before === undefined ? await firstMissing(path) : path;
      if (text == null) await rm(workspace.path(made.get(path) ?? path), { recursive: true, force: true });
      else {
        made.set(path, added);
        await rm(workspace.path(path), { force: true });
        await writeFiles(workspace.root, { [path]: text });
      }
    };
    onTestFinished(() => put(before));
    await put(content);
  }
}

/** Nx itself needs the true one, to find its own binary. */
const OTHER_ARCH = `
const { arch } = process;
const other = arch === 'arm64' ? 'x64' : 'arm64';
const isAsked = () => new Error().stack.includes('nx-docker-artifact/dist');
Object.defineProperty(process, 'arch', { get: () => (isAsked() ? other : arch) });
`;
