import { join } from 'node:path';
import type { Package } from '../artifact/package.js';
import type { Backend, Connect } from '../backend/types.js';
import { DEADLINES } from '../util/deadlines.js';
import type { Reporter } from './output/reporter.js';
import type { RecipeDeps } from './recipe/recipe.js';

/** The machine and the process that a run is part of. */
export interface Host {
  env: NodeJS.ProcessEnv;
  /** Who runs this: files that reach the host belong to this user. */
  user: { uid: number; gid: number };
  /** The name of the machine. */
  name: string;
  pid: number;
  /** The target that runs: "archive". */
  task: string;
  /** `process.arch` */
  arch: string;
  /** The version of this tool. */
  toolVersion: string;
  now: () => Date;
}

/** What a run was asked to do besides what the package's options say. */
export interface Settings {
  /** Wait for another build of the same package; else it is an error. */
  wait: boolean;
  /** Empty the build directory first. */
  fresh?: boolean;
  /** The run of Nx that this is part of, as no other run is called. */
  nxRun?: string;
  /** The target with the package's options, for messages: "alpha:build-artifact", ":ci" where that is its configuration. */
  buildTarget?: string;
}

/** Everything the runner takes from its surroundings. */
export interface Run {
  host: Host;
  settings: Settings;
  /** Aborted by an interrupt; its reason is what the run then fails with. */
  signal: AbortSignal;
  /** Called when an engine is needed: what comes from a cache needs none. */
  connect: Connect;
  reporter: Reporter;
  /** A directory of this tool's own for what it remembers of the workspace; it may go at any time. */
  dataDirectory: string;
  /** Write nothing, not even there. */
  readOnly?: boolean;
}

/** What the recipe of a package takes from a run. */
export function recipeDeps(run: Omit<Run, 'connect' | 'reporter' | 'settings'>): RecipeDeps {
  const { host, signal, dataDirectory, readOnly } = run;
  const { env, arch, toolVersion, now } = host;
  return {
    env,
    arch,
    toolVersion,
    signal,
    listings: { directory: join(dataDirectory, 'listings'), now, readOnly },
  };
}

/** How messages call the target of a run. */
export function targetName({ settings }: Pick<Run, 'settings'>, { project }: Package): string {
  return settings.buildTarget ?? project;
}

/**
 * Connects to the engine of a run, and closes the way to it when `use` has come to its end.
 * @param engine the one that the package names
 */
export async function withBackend<T>(
  {
    connect,
    host,
    signal,
    settings,
  }: Pick<Run, 'connect' | 'host' | 'signal'> & Partial<Pick<Run, 'settings'>>,
  engine: string | undefined,
  use: (backend: Backend) => Promise<T>,
): Promise<T> {
  const answersMs = settings?.wait === false ? DEADLINES.noWait : undefined;
  const backend = await connect({ env: host.env, signal, engine, answersMs });
  try {
    return await use(backend);
  } finally {
    await backend.close();
  }
}
