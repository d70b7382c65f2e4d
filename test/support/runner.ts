import { hostname } from 'node:os';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { LABEL } from '../../src/conventions/labels.js';
import { ownDataDirectory } from '../../src/conventions/nx-data.js';
import { connectDocker } from '../../src/docker/backend.js';
import { connect, type Engine } from '../../src/docker/connection/connect.js';
import { isStatus } from '../../src/docker/connection/errors.js';
import { listResources } from '../../src/docker/resources/listing.js';
import { headlineReporter, verboseReporter } from '../../src/runner/output/reporters.js';
import type { Run } from '../../src/runner/run.js';

/** The real engine. A test run without one fails here, and says so. */
export async function testEngine(): Promise<Engine> {
  return await connect(process.env);
}

/** A terminal whose text can be read. */
export class Captured extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface TestRun {
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  user?: Run['host']['user'];
  task?: string;
  wait?: boolean;
  /** What the engine has for its answers in all, without waiting, until a container is held. */
  answersMs?: number;
  fresh?: boolean;
  verbose?: boolean;
}

/** A run in a test; what it made on the engine in the package's workspace is removed when the test is over. */
export function testRun(
  pkg: Pick<Package, 'workspaceRoot'>,
  more: TestRun = {},
): Run & { stdout: Captured; user: Run['host']['user'] } {
  onTestFinished(() => removeFromEngine(pkg.workspaceRoot));
  const { env = process.env, signal = new AbortController().signal, wait = true } = more;
  const user = more.user ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const stdout = new Captured();
  const terminal = { stdout, clock: () => performance.now() };
  return {
    stdout,
    user,
    signal,
    settings: { wait, fresh: more.fresh },
    dataDirectory: ownDataDirectory({}, pkg.workspaceRoot),
    connect: (deps) => connectDocker({ ...deps, answersMs: more.answersMs ?? deps.answersMs }),
    reporter: more.verbose ? verboseReporter(terminal) : headlineReporter(terminal),
    host: testHost({ env, user, task: more.task }),
  };
}

/** The host of a run in a test. */
export function testHost({ task = 'build-artifact', ...more }: Partial<Run['host']> = {}): Run['host'] {
  return {
    env: process.env,
    user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    name: hostname(),
    arch: process.arch,
    pid: process.pid,
    task,
    toolVersion: '0.0.0-test',
    now: () => new Date(),
    ...more,
  };
}

/** Removes the containers, images and volumes of a test's workspace, also those that the engine is just removing. */
export async function removeFromEngine(workspaceRoot: string): Promise<void> {
  const engine = await testEngine();
  for (;;) {
    const resources = await listResources(engine, { [LABEL.workspace]: workspaceRoot });
    if (resources.length === 0) return;
    for (const { kind, name } of resources) {
      const { docker } = engine;
      const get = { container: 'getContainer', image: 'getImage', volume: 'getVolume' } as const;
      await docker[get[kind]](name)
        .remove({ force: true })
        .catch((error: unknown) => {
          if (!isStatus(error, 404, 409)) throw error;
        });
    }
  }
}

/** The containers that are left of a workspace: none, after any run. */
export async function containersOf(engine: Engine, workspaceRoot: string): Promise<string[]> {
  const resources = await listResources(engine, { [LABEL.workspace]: workspaceRoot });
  return resources.filter(({ kind }) => kind === 'container').map(({ name, state }) => `${name} (${state})`);
}
