// What the benchmarks share: a package on disk, a run that prints nowhere, and the comparison of pairs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

export const IMAGE = 'nx-docker-artifact-test/busybox:1';

export function sh(command) {
  execFileSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A package whose two steps are the given shell lines; remove() takes it and its volumes away. */
export async function benchPackage({ make = 'true', archive }) {
  const { resolvePackage } = await import('../dist/artifact/package.js');
  const { buildOptions } = await import('../dist/options/schema.js');
  const workspaceRoot = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-bench-'));
  const root = join(workspaceRoot, 'bench');
  mkdirSync(root);
  writeFileSync(join(root, 'VERSION'), '1.0.0');
  const options = buildOptions.parse({
    dl_dir: join(workspaceRoot, 'dl'),
    build_runner_config: { docker: { tag: IMAGE, pull: 'never' } },
    build_runner_opts: {
      commands: { make: ['sh', '-c', make], archive: ['sh', '-c', archive, 'sh', '{artifact_name}'] },
    },
  });
  const pkg = await resolvePackage(
    options,
    { workspaceRoot, project: 'bench', root },
    { env: process.env, warn() {} },
  );
  const remove = () => {
    sh(
      `docker volume ls -q -f label=nx-docker-artifact.workspace=${workspaceRoot} | xargs -r docker volume rm`,
    );
    rmSync(workspaceRoot, { recursive: true, force: true });
  };
  return { pkg, workspaceRoot, remove };
}

/** An archive step that makes the least there can be. */
export const TRIVIAL_ARCHIVE = 'mkdir -p $1; echo x >$1/x; tar czf $1.tar.gz $1';

/**
 * A run that prints nowhere.
 * @returns {Promise<import('../dist/runner/run.js').Run>}
 */
export async function benchRun() {
  const { connectDocker } = await import('../dist/docker/backend.js');
  const { headlineReporter } = await import('../dist/runner/output/reporters.js');
  const { signal } = new AbortController();
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  return {
    host: {
      env: process.env,
      user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
      name: hostname(),
      pid: process.pid,
      task: 'bench',
      arch: process.arch,
      toolVersion: 'bench',
      now: () => new Date(),
    },
    settings: { wait: true },
    dataDirectory: join(tmpdir(), 'nx-docker-artifact-bench-data'),
    signal,
    connect: connectDocker,
    reporter: headlineReporter({ stdout, clock: () => performance.now() }),
  };
}

/**
 * Runs two things in turn, `rounds` times, and prints the medians and their ratio against the bar. `before` prepares
 * each run, and its time does not count.
 */
export async function comparePairs(title, bar, rounds, ours, theirs, before = () => {}) {
  /** @type {Record<'ours' | 'theirs', number[]>} */
  const times = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    before();
    times.ours.push(await timed(ours));
    before();
    times.theirs.push(await timed(theirs));
  }
  const [a, b] = [median(times.ours), median(times.theirs)];
  console.log(
    `${title}: ${a.toFixed(0)} ms, peer ${b.toFixed(0)} ms, ratio ${(a / b).toFixed(2)} (bar ${bar})`,
  );
}

async function timed(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
