import { chownSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../process.mjs';
import { vitestAs } from '../vitest.mjs';
import { ROWS, userOf } from './rows.mjs';
import { withEngine } from './start.mjs';
import { ENGINES } from './systems.mjs';

const MINUTE = 60_000;
const IMAGES = ['nx-docker-artifact-test/busybox:1'];
const ALL_IMAGES = [...IMAGES, 'nx-docker-artifact-demo/toolbox:bookworm'];
const VERSION = '{{.Server.Version}} {{.Server.APIVersion}} {{.Server.MinAPIVersion}}';
const BUILDX = 'usr/libexec/docker/cli-plugins/docker-buildx';

/**
 * The tests on one engine, which runs as long as they do.
 * @param {string} name
 * @param {{ all?: boolean, options: string[], minutes?: number }} how with the tests of the main engine, vitest's own options, and how
 *   long they may take
 * @returns {Promise<import('./table.mjs').Result>}
 */
export async function runRow(name, how) {
  const start = performance.now();
  console.log(`\n=== ${name} ===`);
  const result = await testsOf(name, how).catch(({ message }) => {
    return { version: '', api: '', counts: { problem: `${name}: ${message}` } };
  });
  return { name, seconds: Math.round((performance.now() - start) / 1000), ...result };
}

async function testsOf(name, { all = false, options, minutes = 60 }) {
  const row = ROWS[name];
  const test = async (env = process.env, within = []) => {
    const about = await output('docker', ['version', '--format', VERSION], { env, timeout: MINUTE });
    const [version, api, oldest] = about.split(' ');
    const projects = all ? ['engines', 'engine', 'engine-alone'] : ['engines'];
    const as = { ...userOf(row), env, within, timeout: minutes * MINUTE };
    const counts = await vitestAs(as, projects, ...options);
    return { version, api: `${oldest} to ${api}`, counts: of(name, counts) };
  };
  if (!row.system) return await test();
  return await withEngine(row, async (engine) => {
    const env = surroundings(row, engine);
    await loadImages(all ? ALL_IMAGES : IMAGES, engine.socket);
    return row.job ? await test(...inJob(env, engine.directory)) : await test(env);
  });
}

/** What leads to the engine, with a home of the row's own, and the buildx of its Debian, if it has one. */
function surroundings(row, { env, directory }) {
  const home = join(directory, 'home');
  const plugins = join(home, '.docker/cli-plugins');
  mkdirSync(plugins, { recursive: true });
  const buildx = join(ENGINES, row.system, BUILDX);
  if (existsSync(buildx)) copyFileSync(buildx, join(plugins, 'docker-buildx'));
  const user = userOf(row);
  if (user) for (const path of [home, join(home, '.docker')]) chownSync(path, user.uid, user.gid);
  const { DOCKER_CONTEXT, DOCKER_TLS_VERIFY, DOCKER_CONFIG, ...rest } = process.env;
  return { ...rest, HOME: home, ...env };
}

/**
 * As in a container with the engine's socket: with files of its own at paths where the engine has others, a name and process ids
 * of its own.
 */
function inJob(env, directory) {
  const TMPDIR = join(directory, 'job');
  mkdirSync(TMPDIR, { mode: 0o755 });
  const namespaces = ['--mount', '--uts', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const script =
    'mount -t tmpfs -o mode=1777 tmpfs "$TMPDIR"; cp -a "$FROM" "$HOME"; hostname job; exec "$@"';
  const within = ['unshare', ...namespaces, '--propagation', 'private', 'sh', '-ec', script, 'sh'];
  return [{ ...env, TMPDIR, FROM: env.HOME, HOME: join(TMPDIR, 'home') }, within];
}

async function loadImages(images, socket) {
  await output(
    'sh',
    ['-c', 'to=$1; shift; docker save "$@" | docker --host "$to" load', 'sh', `unix://${socket}`, ...images],
    { timeout: 3 * MINUTE },
  );
}

/**
 * Which row a failure is of.
 * @param {string} name
 * @param {import('../vitest.mjs').Counts} counts
 */
function of(name, { failures = [], problem, ...counts }) {
  const named = failures.map(({ test, message }) => ({ test: `${name}: ${test}`, message }));
  return { ...counts, failures: named, ...(problem && { problem: `${name}: ${problem}` }) };
}
