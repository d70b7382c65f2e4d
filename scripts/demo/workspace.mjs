import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianMirror, hasApt } from '../apt.mjs';
import { TOP } from '../dependencies.mjs';
import { output } from '../process.mjs';

const AUTHOR = ['user.name=Demo', 'user.email=demo@example.invalid', 'commit.gpgsign=false'];

/** What the examples' Dockerfiles begin with, and what takes its place: the same with a compiler, made once per machine. */
const BASE = /^FROM debian:bookworm-slim$/m;
const TOOLBOX = 'FROM nx-docker-artifact-demo/toolbox:bookworm';

/**
 * A fresh copy of an example, which is a repository, since `affected` asks git.
 * @param {string} name of its directory below `examples`
 * @param {string} home gets the workspace and its caches; those of an earlier demo are removed
 * @param {(workspace: string) => Promise<unknown>} install puts Nx and the plugin into it
 */
export async function makeWorkspace(name, home, install) {
  const root = join(home, 'workspace');
  removeEarlier(home);
  await cleanEngine(root);
  cpSync(join(TOP, 'examples', name), root, { recursive: true });
  useToolbox(root);
  await install(root);
  const git = (...args) => output('git', args, { cwd: root });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git(
    ...AUTHOR.flatMap((setting) => ['-c', setting]),
    'commit',
    '--quiet',
    '-m',
    `The example ${name}`,
  );
  return root;
}

/** Installs the plugin as users get it, packed. */
export async function installPacked(root) {
  const pack = ['pack', '--json', '--pack-destination', join(root, '..')];
  const [{ filename }] = JSON.parse(await output('npm', pack, { cwd: TOP }));
  const args = ['install', '--no-audit', '--no-fund', '--save-dev', join(root, '..', filename)];
  await output('npm', args, { cwd: root });
}

/**
 * What the commands run with: no daemon that outlives them, no screen that needs a person, and nothing kept outside of
 * the demo's directory.
 */
export async function environment(home) {
  return {
    ...process.env,
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_CACHE_DIRECTORY: join(home, 'cache'),
    NERVES_DL_DIR: join(home, 'dl'),
    DEBIAN_MIRROR: process.env.DEBIAN_MIRROR ?? (await mirrorForContainers()),
    ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
  };
}

/** The mirror of this machine's apt, where a container without certificates reaches it, too. */
async function mirrorForContainers() {
  if (process.getuid?.() !== 0 || !hasApt()) return undefined;
  const mirror = await debianMirror().catch(() => '');
  return /^http:\/\/(?!localhost|127\.)/.test(mirror) ? mirror.replace(/\/+$/, '') : undefined;
}

/** Nobody loses files of their own because they named the wrong directory. */
function removeEarlier(home) {
  const found = readdirSync(home);
  const others = found.filter((name) => !/^(workspace|cache|dl|nx-docker-artifact-.*\.tgz)$/.test(name));
  if (others.length > 0) {
    throw new Error(
      `${home} has ${others.slice(0, 3).join(', ')}, which no demo made: name another directory.`,
    );
  }
  for (const name of found) rmSync(join(home, name), { recursive: true, force: true });
}

/**
 * Removes what an earlier demo in this place left on the engine. Its volumes are known by the workspace's path, also
 * where that was deleted since, and would make the first build a warm one.
 */
async function cleanEngine(workspace) {
  const filter = ['--quiet', '--filter', `label=nx-docker-artifact.workspace=${workspace}`];
  const words = (text) => text.split('\n').filter(Boolean);
  const containers = words(await output('docker', ['ps', '--all', ...filter]));
  if (containers.length > 0) await output('docker', ['rm', '--force', ...containers]);
  const volumes = words(await output('docker', ['volume', 'ls', ...filter]));
  if (volumes.length > 0) await output('docker', ['volume', 'rm', ...volumes]);
}

function useToolbox(root) {
  const dockerfiles = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('Dockerfile'))
    .map((path) => join(root, path));
  for (const path of dockerfiles) {
    writeFileSync(path, readFileSync(path, 'utf8').replace(BASE, TOOLBOX));
  }
}
