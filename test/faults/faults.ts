import type { BuildOptionsInput } from '../../src/options/schema.js';
import { fillDisk } from './disk.js';
import type { Run } from './run.js';
import type { SecondEngine } from './second-engine.js';
import { type Held, running, type Scene } from './steps.js';

/** What a fault strikes. */
export interface Target {
  run: Run;
  scene: Scene;
  engine: SecondEngine;
  held: Held;
}

interface Fault {
  /** Strikes; what it returns undoes it, before the next run. */
  strike(target: Target): Promise<undefined | (() => Promise<unknown>)>;
  /** How the run reaches its engine. */
  tcp?: true;
  /** The workspace lies on a small file system. */
  smallDisk?: true;
  /** What the held command then does; see workspace.ts. */
  after?: string;
  options?: BuildOptionsInput['build_runner_config'];
}

const signal = (name: NodeJS.Signals): Fault => ({
  strike: async ({ run }) => void process.kill(run.executor, name),
});

export const FAULTS = {
  INT: signal('SIGINT'),
  TERM: signal('SIGTERM'),
  HUP: signal('SIGHUP'),
  'IPC disconnect': { strike: async ({ run }) => void run.nx.send('disconnect') },
  'SIGKILL of nx': { strike: async ({ run }) => void run.nx.kill('SIGKILL') },
  'SIGKILL of the executor': signal('SIGKILL'),
  'engine killed': {
    strike: async ({ engine, scene }) => {
      await engine.kill();
      scene.proxy.drop();
      return () => engine.start();
    },
  },
  'engine restarted': {
    strike: async ({ engine, scene }) => {
      await engine.stop();
      scene.proxy.drop();
      await engine.start();
      return undefined;
    },
  },
  'network cut': { tcp: true, strike: async ({ scene }) => void scene.proxy.cut() },
  'client disk full': {
    smallDisk: true,
    after: 'log',
    strike: async ({ scene, held }) => {
      const { free } = await fillDisk(scene.workspace.root);
      await held.release();
      return free;
    },
  },
  'volume full': {
    after: 'volume',
    strike: async ({ engine, held }) => {
      const { free } = await engine.fillDisk();
      await held.release();
      return free;
    },
  },
  'out of memory': {
    after: 'memory',
    options: { memory: '32m' },
    strike: async ({ held }) => void (await held.release()),
  },
  // as when the kernel takes its main process for want of memory
  'container killed': {
    strike: async ({ scene, held }) => {
      const [{ Id = '' } = {}] = await running(scene.engine);
      const killed = scene.engine.docker.getContainer(Id).kill();
      if (!held.command) await held.release(); // the engine waits for the end of a copy
      await killed;
      return undefined;
    },
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

export const faultOf = (name: FaultName): Fault => FAULTS[name];
