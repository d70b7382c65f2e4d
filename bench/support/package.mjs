// What the benchmarks share: a package on disk, and a run that prints nowhere.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { sh } from './pairs.mjs';

export const IMAGE = 'nx-docker-artifact-test/busybox:1';

/** Options of a package whose three steps are these shell lines. */
export function benchOptions(workspaceRoot, { make = 'true', archive }) {
  return {
    dl_dir: join(workspaceRoot, 'dl'),
    checksum: ['VERSION'],
    build_runner_config: { docker: { tag: IMAGE, pull: 'never' } },
    build_runner_opts: {
      commands: {
        create_build: ['true'],
        make: ['sh', '-c', make],
        archive: ['sh', '-c', archive, 'sh', '{artifact_name}'],
      },
    },
  };
}

/**
 * A package whose steps are these shell lines; remove() takes it and its volumes away. The context is that of Nx for its
 * target `archive`.
 * @param {{ make?: string, archive: string }} lines
 */
export async function benchPackage(lines) {
  const { resolvePackage } = await import('../../build/artifact/package.js');
  const { buildOptions } = await import('../../build/options/schema.js');
  const workspaceRoot = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-bench-'));
  const root = join(workspaceRoot, 'bench');
  mkdirSync(root);
  writeFileSync(join(root, 'VERSION'), '1.0.0');
  const options = benchOptions(workspaceRoot, lines);
  const pkg = await resolvePackage(
    buildOptions.parse(options),
    { workspaceRoot, project: 'bench', root },
    { env: process.env, warn() {} },
  );
  const remove = () => {
    sh(
      `docker volume ls -q -f label=nx-docker-artifact.workspace=${workspaceRoot} | xargs -r docker volume rm`,
    );
    rmSync(workspaceRoot, { recursive: true, force: true });
  };
  return { pkg, workspaceRoot, context: contextOf(workspaceRoot, options), remove };
}

/**
 * What Nx passes to the executor of a target, as far as ours look at it.
 * @returns {import('@nx/devkit').ExecutorContext}
 */
function contextOf(root, options) {
  const targets = {
    'build-artifact': { executor: 'nx-docker-artifact:build', options, dependsOn: ['archive'] },
    archive: { executor: 'nx-docker-artifact:archive' },
  };
  const projects = { bench: { root: 'bench', targets } };
  const base = { root, cwd: root, isVerbose: false, projectName: 'bench', targetName: 'archive' };
  const graph = { nodes: {}, dependencies: {} };
  return {
    ...base,
    target: targets.archive,
    projectsConfigurations: { version: 2, projects },
    nxJsonConfiguration: {},
    projectGraph: graph,
  };
}

/** An archive step that makes the least there can be. */
export const TRIVIAL_ARCHIVE = 'mkdir -p $1; echo x >$1/x; tar czf $1.tar.gz $1';

/**
 * A run that prints nowhere.
 * @returns {Promise<import('../../build/runner/run.js').Run>}
 */
export async function benchRun() {
  const { connectDocker } = await import('../../build/docker/backend.js');
  const { toolVersion } = await import('../../build/util/tool-version.js');
  const { headlineReporter } = await import('../../build/runner/output/reporters.js');
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
      toolVersion: toolVersion(),
      now: () => new Date(),
    },
    settings: { wait: true },
    dataDirectory: join(tmpdir(), 'nx-docker-artifact-bench-data'),
    signal,
    connect: connectDocker,
    reporter: headlineReporter({ stdout, clock: () => performance.now() }),
  };
}
