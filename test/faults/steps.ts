import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LABEL } from '../../src/conventions/labels.js';
import type { Engine } from '../../src/docker/connection/connect.js';
import type { BuildOptionsInput } from '../../src/options/types.js';
import type { EngineProxy } from '../support/engine-proxy.js';
import type { Registry } from '../support/registry.js';
import type { ExecutorName } from './run.js';
import type { Workspace } from './workspace.js';

/** Where a run is to be held: what it takes to know that it is there, and to let it go on. */
export interface Context {
  workspace: Workspace;
  /** What the run talks to. */
  proxy: EngineProxy;
  /** The engine itself. */
  engine: Engine;
  registry: Registry;
  /** What the run printed. */
  text(): string;
}

export interface Held {
  reached(): boolean | Promise<boolean>;
  release(): unknown;
  /** The command of the build that holds by itself; see workspace.ts. */
  command?: string;
}

/** Sets the hold up, before the run starts. */
export type HoldAt = (context: Context) => Held | Promise<Held>;

interface Step {
  executor: ExecutorName;
  hold: HoldAt;
  /** @param name of the case alone; @param registry address of the registry */
  options?: (name: string, registry: string) => BuildOptionsInput['build_runner_config'];
}

export const request =
  (pattern: RegExp): HoldAt =>
  ({ proxy }) => {
    const hold = proxy.hold(pattern, 'request');
    return { reached: hold.holds, release: hold.release };
  };

const answer =
  (pattern: RegExp): HoldAt =>
  ({ proxy }) => {
    const hold = proxy.hold(pattern, 'answer');
    return { reached: hold.holds, release: hold.release };
  };

/** In a command of the build, which waits for a file (see workspace.ts). */
const inCommand =
  (step: string): HoldAt =>
  ({ workspace, engine, text }) => {
    return {
      command: step,
      reached: () => text().includes(`>>> holding in ${step}`),
      release: async () => {
        const [{ Id = '' } = {}] = await running(engine, { label: [`${LABEL.workspace}=${workspace.root}`] });
        const touch = await engine.docker.getContainer(Id).exec({ Cmd: ['touch', '/tmp/go'] });
        await touch.start({ Detach: true });
      },
    };
  };

/** The builder's container has no labels of ours. */
const inImageBuild: HoldAt = ({ engine }) => ({
  reached: async () => (await running(engine)).length > 0,
  release: () => {},
});

const inPull: HoldAt = ({ registry }) => {
  registry.hold();
  return { reached: () => registry.held() > 0, release: registry.release };
};

const inUnpacking: HoldAt = async ({ workspace }) => {
  const mark = join(workspace.root, 'unpacking');
  await writeFile(`${mark}.please`, '');
  const release = async () => {
    await rm(`${mark}.please`, { force: true });
    await rm(mark, { force: true });
  };
  return { reached: () => existsSync(mark), release };
};

const command = (name: string): Step => ({ executor: 'build', hold: inCommand(name) });

/** The steps of the matrix, in the order in which a build goes through them. */
export const STEPS = {
  'image pull': {
    executor: 'build',
    hold: inPull,
    options: (name, registry) => ({ docker: { tag: `${registry}/${name}:1` } }),
  },
  'image build': {
    executor: 'build',
    hold: inImageBuild,
    options: (name) => ({ docker: ['Dockerfile', `nx-docker-artifact-test/${name}:1`] }),
  },
  'volume create': { executor: 'build', hold: request(/^POST \/volumes/) },
  'platform copy': { executor: 'build', hold: request(/^PUT .*path=%2Fnerves%2Fenv(&|$)/) },
  'create-build': command('create-build'),
  make: command('make'),
  'make system': command('make system'),
  'copy out': { executor: 'build', hold: answer(/^GET \/containers\/\w+\/archive/) },
  unpack: { executor: 'build', hold: inUnpacking },
  clean: { executor: 'clean', hold: request(/^DELETE \/volumes/) },
  shell: { executor: 'shell', hold: inCommand('shell') },
} satisfies Record<string, Step>;

export type StepName = keyof typeof STEPS;

export const stepOf = (name: StepName): Step => STEPS[name];

/** The containers that run on an engine. */
export async function running(engine: Engine, filters = {}) {
  return await engine.docker.listContainers({ filters: { status: ['running'], ...filters } });
}
