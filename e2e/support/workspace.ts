import { cp, link, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, inject } from 'vitest';
import {
  type Files,
  type Place,
  temporaryDirectory,
  type Workspace as WorkspaceFiles,
  workspaceAt,
} from '../../test/support/workspace.js';
import { containersOf, removeAllOf, volumesOf } from './engine.js';
import { type OnTerminal, type Running, startOnTerminal, startPiped } from './running.js';
import { below, json, platformProject, system } from './systems.js';

export interface Ran {
  code: number;
  /** Without colours. */
  text: string;
}

export interface Workspace extends WorkspaceFiles {
  env: NodeJS.ProcessEnv;
  /** Runs nx to its end, on pipes. */
  nx(...args: string[]): Promise<Ran>;
  nxWith(more: Settings, ...args: string[]): Promise<Ran>;
  start(args: string[], more?: Settings): Running;
  onTerminal(args: string[], more?: Settings): OnTerminal;
  git(...args: string[]): Promise<string>;
  containers(): Promise<string[]>;
  volumes(): Promise<string[]>;
}

export interface Settings {
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** Below the workspace. */
  cwd?: string;
  /** As a user of another number. */
  user?: true;
}

/** An environment that has no engine. */
export const NO_ENGINE: NodeJS.ProcessEnv = { DOCKER_HOST: 'unix:///nonexistent.sock' };

const basics: Files = {
  'README.md': 'A workspace.\n',
  '.gitignore': 'node_modules/\n.nx/\n.nerves/\nbuild.log\nbuild.log.1\n',
  'nx.json': json({
    plugins: ['nx-docker-artifact/plugin'],
    namedInputs: { default: ['{projectRoot}/**/*'] },
    defaultBase: 'main',
    analytics: false,
    neverConnectToCloud: true,
  }),
  ...below('platform', platformProject('demo_br')),
  ...below('systems/alpha', system('alpha')),
  ...below('systems/beta', system('beta')),
};

/** A workspace of the test's own; it and what it made on the engine are removed when the test is over. */
export async function testWorkspace(files: Files = {}): Promise<Workspace> {
  return await makeWorkspace(files);
}

/** One for all tests of a file. Call it in the file's top level. */
export async function fileWorkspace(files: Files = {}): Promise<Workspace> {
  return await makeWorkspace(files, afterAll);
}

/** A clone of another one, as on another machine: in a directory of its own, with caches of its own. */
export async function testClone(of: Workspace): Promise<Workspace> {
  return await placeWorkspace(({ git }) => git('clone', '--quiet', of.root, '.'));
}

/** Whether Nx took a task from the cache, by what it prints. */
export function isHit({ text, code }: Ran, task: string): boolean {
  expect(code, text).toBe(0);
  const [line = 'not run at all'] = text.split('\n').filter((found) => found.startsWith(`> nx run ${task}`));
  expect(line).toContain(task);
  return /\[(local cache|existing outputs match the cache)/.test(line);
}

async function makeWorkspace(files: Files, end?: Place['end']): Promise<Workspace> {
  return await placeWorkspace(async ({ git, path, write }) => {
    await cp(join(inject('e2e'), 'installed/package.json'), path('package.json'));
    await write({ ...basics, ...files });
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '.');
    await git('commit', '--quiet', '--message=A workspace');
  }, end);
}

/** Has the directory of a workspace filled, and Nx and the plugin installed in it. */
async function placeWorkspace(fill: (workspace: Workspace) => Promise<unknown>, end?: Place['end']) {
  const before = (home: string) => removeAllOf(join(home, 'workspace'));
  const home = await temporaryDirectory('test', { parent: inject('e2e'), before, end });
  const workspace = withNx(workspaceAt(join(home, 'workspace')), environment(home));
  await mkdir(workspace.root);
  await fill(workspace);
  await linkTree(join(inject('e2e'), 'installed/node_modules'), workspace.path('node_modules'));
  return workspace;
}

function withNx(workspace: WorkspaceFiles, env: NodeJS.ProcessEnv): Workspace {
  const { root, path } = workspace;
  const command = (args: string[], more: Settings) => {
    const [file = '', ...rest] = [...(more.user ? AS_ANOTHER : []), path('node_modules/.bin/nx'), ...args];
    return { file, args: rest, cwd: join(root, more.cwd ?? ''), env: { ...env, ...more.env } };
  };
  const start = (args: string[], more: Settings = {}) => startPiped(command(args, more), more.input);
  const nxWith = async (more: Settings, ...args: string[]) => {
    const running = start(args, more);
    return { code: await running.exitCode(120_000), text: running.text() };
  };
  return {
    ...workspace,
    env,
    start,
    nxWith,
    nx: (...args) => nxWith({}, ...args),
    onTerminal: (args, more = {}) => startOnTerminal(command(args, more)),
    git: async (...args) => (await execa('git', args, { cwd: root, env: GIT })).stdout,
    containers: () => containersOf(root),
    volumes: () => volumesOf(root),
  };
}

/** Another number in a namespace: with the rights of this user, as the files are this user's. */
const AS_ANOTHER = process.getuid?.() === 0 ? ['unshare', '--user'] : ['unshare', '--map-root-user'];

const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.invalid',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.invalid',
};

/**
 * What a user's shell has, without what npm, vitest and CI add to it; a proxy's certificate stays. All that is
 * written lies in the test's directory.
 */
function environment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(NX_|NERVES_|npm_|VITEST|NODE_(?!EXTRA_CA_CERTS$)|TEST$|CI$|FORCE_COLOR$|NO_COLOR$|INIT_CWD$)/.test(
        name,
      ),
  );
  return {
    ...Object.fromEntries(kept),
    PATH: [process.env.E2E_NODE, process.env.PATH].filter(Boolean).join(':'), // the Node of the matrix, if any
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_ISOLATE_PLUGINS: 'false', // nx starts in half the time
    NX_CACHE_DIRECTORY: join(home, 'cache'),
    NX_WORKSPACE_DATA_DIRECTORY: join(home, 'data'), // of which clones would share a part
    NERVES_DL_DIR: join(home, 'dl'),
    NERVES_ARTIFACTS_DIR: join(home, 'artifacts'),
  };
}

/** A copy in hard links: an installed Nx in a tenth of a second. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target);
  }
}
