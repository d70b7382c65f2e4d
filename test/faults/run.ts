import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { onTestFinished } from 'vitest';
import { isAlive } from '../../e2e/support/processes.js';
import type { BuildOptionsInput } from '../../src/options/types.js';
import { compile, writeScript } from '../support/compiled.js';
import { until } from '../support/wait.js';
import { PROJECT, type Workspace } from './workspace.js';

export type ExecutorName = 'build' | 'clean' | 'shell';

/** A run of an executor, as Nx runs it: in a child process with an IPC channel, whose end is Nx's end. */
export interface Run {
  /** Stands for Nx: the executor's parent, at the other end of the channel. */
  nx: ChildProcess;
  /** Process id of the executor. */
  executor: number;
  /** What both of them printed. */
  text(): string;
  /** Nx's exit code, when the executor has ended, too; 128 + n by signal n. */
  over: Promise<number>;
}

export interface Runner {
  start(name: ExecutorName, workspace: Workspace, more: RunOptions): Promise<Run>;
}

export interface RunOptions {
  env: NodeJS.ProcessEnv;
  /** A network namespace to run in. */
  namespace?: string;
  options?: BuildOptionsInput;
  command?: string;
}

/** Loads nothing but the one executor that it is told; ends as Nx's own process for executors does. */
const EXECUTOR = `
const [name, options, context] = JSON.parse(process.argv[2]);
const { default: executor } = await import('./' + name + '.js');
process.on('message', () => {});
const { success } = await executor(options, context);
process.exit(success ? 0 : 1);
`;

const NX = `
import { fork } from 'node:child_process';
const child = fork(process.argv[2], process.argv.slice(3), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
process.on('message', () => child.disconnect());
process.on('disconnect', () => {});
child.on('exit', (code) => process.exit(code ?? 1));
process.send(child.pid);
`;

/** Compiles the executors, once for a test file. */
export async function makeRunner(): Promise<Runner> {
  const names = ['build', 'clean', 'shell'];
  const compiled = await compile(
    Object.fromEntries(names.map((name) => [name, `executors/${name}/executor`])),
  );
  const [nx, executor] = [await writeScript(compiled, NX), await writeScript(compiled, EXECUTOR)];
  return { start: (...run) => start(nx, executor, ...run) };
}

async function start(
  script: string,
  executor: string,
  name: ExecutorName,
  workspace: Workspace,
  { env, namespace, options = {}, command }: RunOptions,
): Promise<Run> {
  const build = { ...workspace.options, ...options };
  const targets = { 'build-artifact': { executor: 'nx-docker-artifact:build', options: build } };
  const context = {
    root: workspace.root,
    cwd: workspace.root,
    isVerbose: false,
    projectName: 'alpha',
    targetName: name === 'build' ? 'build-artifact' : name,
    projectsConfigurations: { version: 2, projects: { alpha: { root: PROJECT, targets } } },
  };
  const own = name === 'build' ? build : command === undefined ? {} : { command };
  const nx = fork(script, [executor, JSON.stringify([name, own, context])], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: workspace.root,
    env: { ...env, ...workspace.env },
    ...(namespace && { execPath: 'nsenter', execArgv: [`--net=${namespace}`, process.execPath] }),
  });
  let text = '';
  for (const stream of [nx.stdout, nx.stderr])
    stream?.setEncoding('utf8').on('data', (data) => (text += data));
  const over = once(nx, 'close').then(([code, signal]) => (signal ? 137 : code));
  const [pid] = (await once(nx, 'message')) as [number];
  onTestFinished(async () => {
    for (const left of [nx.pid ?? 0, pid]) if (isAlive(left)) process.kill(left, 'SIGKILL');
    await over;
  });
  return { nx, executor: pid, text: () => text, over };
}

/** How long the executor took to end, in milliseconds since `since`. */
export async function ended({ executor, text }: Run, since: number, limit: number): Promise<number> {
  await until(() => !isAlive(executor), limit).catch(() => {
    throw new Error(`the executor still runs after ${limit} ms:\n${text()}`);
  });
  return performance.now() - since;
}
