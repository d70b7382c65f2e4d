import type { Writable } from 'node:stream';

/** All that the runner takes from the world around it. */
export interface RunnerDeps {
  env: NodeJS.ProcessEnv;
  stdout: Writable;
  /** Aborted by an interrupt; its reason is what the run then fails with. */
  signal: AbortSignal;
  /** Milliseconds, monotonic. */
  clock: () => number;
  /** Who runs this: files that reach the host belong to this user. */
  user: { uid: number; gid: number };
  /** For the lock: whose it is. */
  process: { pid: number; host: string; task: string };
  toolVersion: string;
  verbose: boolean;
  wait: boolean;
}
