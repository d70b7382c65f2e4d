import { hostname } from 'node:os';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { LABEL } from '../../src/conventions/labels.js';
import { connect, type Engine, isStatus } from '../../src/docker/connection/connect.js';
import { listResources } from '../../src/docker/resources/listing.js';
import type { RunnerDeps } from '../../src/runner/deps.js';

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

/** Deps of a run in a test; what it made on the engine in the package's workspace is removed when the test is over. */
export function runnerDeps(
  pkg: Pick<Package, 'workspaceRoot'>,
  more: Partial<Omit<RunnerDeps, 'stdout'>> = {},
): RunnerDeps & { stdout: Captured } {
  onTestFinished(() => removeFromEngine(pkg.workspaceRoot));
  return {
    env: process.env,
    stdout: new Captured(),
    signal: new AbortController().signal,
    clock: () => performance.now(),
    user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    process: { pid: process.pid, host: hostname(), task: 'build-artifact' },
    toolVersion: '0.0.0-test',
    verbose: false,
    wait: true,
    ...more,
  };
}

/** Removes the containers and volumes of a test's workspace, also those that the engine is just removing. */
export async function removeFromEngine(workspaceRoot: string): Promise<void> {
  const engine = await testEngine();
  for (;;) {
    const resources = await listResources(engine, { [LABEL.workspace]: workspaceRoot });
    if (resources.length === 0) return;
    for (const { kind, name } of resources) {
      const { docker } = engine;
      const resource = kind === 'container' ? docker.getContainer(name) : docker.getVolume(name);
      await resource.remove({ force: true }).catch((error: unknown) => {
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
