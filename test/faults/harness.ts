import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { removeAllOf } from '../../e2e/support/engine.js';
import { type ImageConfig, type Registry, registry } from '../support/registry.js';
import { temporaryDirectory } from '../support/workspace.js';
import { faultsDirectory, removeFaultsDirectory, unmount } from './directory.js';
import { listArtifact } from './leftovers.js';
import { type Network, network } from './network.js';
import { makeRunner, type Runner } from './run.js';
import { env, type SecondEngine, secondEngine } from './second-engine.js';
import type { Workspace } from './workspace.js';

/** What the tests of this folder run on: an engine of their own, a registry that it can pull from, the executors. */
export interface Harness {
  engine: SecondEngine;
  registry: Registry;
  /** Address of the registry, for the engine. */
  registryAddress: string;
  runner: Runner;
  /** The network namespace of the engine. */
  namespace: string;
  /** A directory for a workspace; it and what is made of it on the engine go with the test. */
  workspaceRoot(): Promise<string>;
  /** A plain run of `build`, which must succeed at once; gives what is in the archive. */
  build(workspace: Workspace): Promise<string>;
  end(): Promise<void>;
}

export async function makeHarness(): Promise<Harness> {
  const directory = await faultsDirectory();
  const socketPath = join(directory, 'registry.sock');
  let inside: Network | undefined;
  let engine: SecondEngine | undefined;
  let pulls: Registry | undefined;
  const end = async () => {
    pulls?.close();
    await engine?.ensure(); // to end its containers
    await engine?.stop();
    await inside?.end();
    await removeFaultsDirectory(directory);
  };
  try {
    inside = await network(socketPath);
    engine = await secondEngine(directory, inside.namespace);
    pulls = await registryOf(directory, socketPath);
    return {
      ...actions(directory, engine, await makeRunner()),
      engine,
      registry: pulls,
      registryAddress: inside.address,
      namespace: inside.namespace,
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function actions(directory: string, engine: SecondEngine, runner: Runner) {
  return {
    runner,
    async workspaceRoot() {
      const before = async (root: string) => {
        await engine.ensure();
        await removeAllOf(root, env(engine.socketPath));
        await unmount(root);
      };
      return await temporaryDirectory('workspace', { parent: directory, before });
    },
    async build(workspace: Workspace) {
      const run = await runner.start('build', workspace, { env: env(engine.socketPath) });
      expect(await run.over, run.text()).toBe(0);
      expect(run.text()).not.toContain('Waiting for');
      return await listArtifact(workspace.root);
    },
  };
}

/** A registry with the image of the fast tests, out of what `docker save` wrote. */
async function registryOf(directory: string, socketPath: string): Promise<Registry> {
  const unpacked = join(directory, 'image');
  await mkdir(unpacked);
  await execa('tar', ['-xf', join(directory, 'image.tar'), '-C', unpacked]);
  const json = async (name: string) => JSON.parse(await readFile(join(unpacked, name), 'utf8'));
  const [{ Config, Layers }] = await json('manifest.json');
  const rootfs = await readFile(join(unpacked, Layers[0]));
  return await registry({ path: socketPath }, rootfs, (await json(Config)) as ImageConfig);
}
