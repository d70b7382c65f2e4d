import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import type { ExecutorContext } from '@nx/devkit';
import { ownDataDirectory } from '../../conventions/nx-data.js';
import { ArtifactError } from '../../errors.js';
import { headlineReporter, jsonReporter, verboseReporter } from '../../runner/output/reporters.js';
import type { Run, Settings } from '../../runner/run.js';
import { printable } from '../../util/lines.js';
import { toolVersion } from '../../util/tool-version.js';
import { listenForInterrupt } from './interrupt.js';

/** What the executors take from the process; everything below gets it as parameters. */
export interface Invocation extends Pick<Run, 'host' | 'signal' | 'connect' | 'dataDirectory'> {
  stdout: Writable;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/**
 * Runs the body of an executor: interrupts, a terminal that may be gone, and errors. An error is printed once, here.
 * This is where the process's environment, its clock and the engine are bound, each once.
 * @returns Nx's result; `success` only when the body came to its end
 */
export async function runExecutor(
  context: ExecutorContext,
  body: (invocation: Invocation) => Promise<boolean>,
): Promise<{ success: boolean }> {
  const interrupt = listenForInterrupt(process);
  surviveClosedOutput();
  try {
    return { success: await body(invocationOf(context, interrupt.signal)) };
  } catch (error) {
    const text = error instanceof ArtifactError ? explained(error) : unexpected(error);
    process.stderr.write(`\n${printable(text)}\n`);
    return { success: false };
  } finally {
    interrupt.release();
    endOrphan(interrupt.signal);
  }
}

/** A run of the runner, by its settings. */
export function runOf(
  { stdout, clock, ...run }: Invocation,
  { verbose, output, ...settings }: Settings & { verbose: boolean; output?: 'text' | 'json' },
): Run {
  const deps = { stdout, clock, env: run.host.env };
  const onTerminal = verbose ? verboseReporter : headlineReporter;
  const reporter = output === 'json' ? jsonReporter({ ...deps, verbose }) : onTerminal(deps);
  return { ...run, settings, reporter };
}

function invocationOf(context: ExecutorContext, signal: AbortSignal): Invocation {
  return {
    stdout: process.stdout,
    clock: () => performance.now(),
    signal,
    // what talks to an engine is loaded when one is needed
    connect: async (deps) => (await import('../../docker/backend.js')).connectDocker(deps),
    dataDirectory: ownDataDirectory(process.env, context.root),
    host: {
      env: process.env,
      arch: process.arch,
      // not userInfo(), which throws for a uid without a name, as in many CI containers
      user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
      name: hostname(),
      pid: process.pid,
      task: context.targetName ?? 'build',
      toolVersion: toolVersion(),
      now: () => new Date(),
    },
  };
}

/** A closed terminal or pipe must not end the clean-up: without a listener the next write would. */
function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount('error') === 0) stream.on('error', () => {});
  }
}

/** Nx ends its child once it has our result; when Nx is gone, nobody does. */
function endOrphan(signal: AbortSignal): void {
  if (signal.aborted && process.send && !process.connected) process.exit(1);
}

function explained({ message, page }: ArtifactError): string {
  return `${message}\n  See nx-docker-artifact/${page}`;
}

/** Not one of ours: a defect, whose stack is worth having. */
function unexpected(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Unexpected error, please report it:\n${text}`;
}
