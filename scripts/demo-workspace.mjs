import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TOP } from './dependencies.mjs';
import { output, run } from './process.mjs';

const DEMO = join(TOP, '.demo');
const WORKSPACE = join(DEMO, 'monorepo');

/**
 * What the demo's commands run with: no daemon that outlives them, no screen that needs a person, and nothing kept
 * outside of the demo's directory.
 */
export const env = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_CACHE_DIRECTORY: join(WORKSPACE, '.nx/cache'),
  NERVES_DL_DIR: join(DEMO, 'dl'),
  ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
};

/** A fresh copy of the example with the plugin as users get it, packed; a repository, since `affected` asks git. */
export async function makeWorkspace() {
  rmSync(DEMO, { recursive: true, force: true });
  mkdirSync(DEMO, { recursive: true });
  const [packed] = JSON.parse(
    await output('npm', ['pack', '--json', '--pack-destination', DEMO], { cwd: TOP }),
  );
  cpSync(join(TOP, 'examples/monorepo'), WORKSPACE, { recursive: true });
  const here = { cwd: WORKSPACE };
  await output(
    'npm',
    ['install', '--no-audit', '--no-fund', '--save-dev', join(DEMO, packed.filename)],
    here,
  );
  await output('git', ['init', '--quiet', '--initial-branch=main'], here);
  await output('git', ['add', '.'], here);
  const author = [
    '-c',
    'user.name=Demo',
    '-c',
    'user.email=demo@example.invalid',
    '-c',
    'commit.gpgsign=false',
  ];
  await output('git', [...author, 'commit', '--quiet', '-m', 'A monorepo of systems'], here);
  await cleanEngine();
  return WORKSPACE;
}

/**
 * Takes away what an earlier demo in this place left on the engine: its volumes are known by the workspace's path, also
 * where the clone was deleted since, and would make the first build a warm one.
 */
async function cleanEngine() {
  const cleaned = await run('npx', ['nx', 'run-many', '-t', 'clean'], { cwd: WORKSPACE, env });
  if (cleaned.code !== 0) throw new Error(`The earlier demo could not be cleaned:\n${cleaned.output}`);
}
