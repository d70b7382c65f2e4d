import type { BuildOptionsInput } from '../../src/options/types.js';
import { fillDisk } from './disk.js';
import type { Run } from './run.js';
import type { SecondEngine } from './second-engine.js';
import { type Context, type Held, running } from './steps.js';

/** What a fault strikes. */
export interface Target {
  run: Run;
  context: Context;
  engine: SecondEngine;
  held: Held;
}

interface Fault {
  /** Strikes; what it returns undoes it, before the next run. */
  inject(target: Target): Promise<undefined | (() => Promise<unknown>)>;
  /** How the run reaches its engine. */
  tcp?: true;
  /** The workspace lies on a small file system. */
  smallDisk?: true;
  /** What the held command then does; see workspace.ts. */
  after?: string;
  options?: BuildOptionsInput['build_runner_config'];
}

const signal = (name: NodeJS.Signals): Fault => ({
  inject: async ({ run }) => void process.kill(run.executor, name),
});

export const FAULTS = {
  INT: signal('SIGINT'),
  TERM: signal('SIGTERM'),
  HUP: signal('SIGHUP'),
  'IPC disconnect': { inject: async ({ run }) => void run.nx.send('disconnect') },
  'SIGKILL of nx': { inject: async ({ run }) => void run.nx.kill('SIGKILL') },
  'SIGKILL of the executor': signal('SIGKILL'),
  'engine killed': {
    inject: async ({ engine, context }) => {
      await engine.kill();
      context.proxy.drop();
      return () => engine.start();
    },
  },
  'engine restarted': {
    inject: async ({ engine, context }) => {
      await engine.stop();
      context.proxy.drop();
      await engine.start();
      return undefined;
    },
  },
  'network cut': { tcp: true, inject: async ({ context }) => void context.proxy.cut() },
  'client disk full': {
    smallDisk: true,
    after: 'log',
    inject: async ({ context, held }) => {
      const { free } = await fillDisk(context.workspace.root);
      await held.release();
      return free;
    },
  },
  'volume full': {
    after: 'volume',
    inject: async ({ engine, held }) => {
      const { free } = await engine.fillDisk();
      await held.release();
      return free;
    },
  },
  'out of memory': {
    after: 'memory',
    options: { memory: '32m' },
    inject: async ({ held }) => void (await held.release()),
  },
  // as when the kernel takes its main process for want of memory
  'container killed': {
    inject: async ({ context, held }) => {
      const [{ Id = '' } = {}] = await running(context.engine);
      const killed = context.engine.docker.getContainer(Id).kill();
      if (!held.command) await held.release(); // the engine waits for the end of a copy
      await killed;
      return undefined;
    },
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

export const faultOf = (name: FaultName): Fault => FAULTS[name];
