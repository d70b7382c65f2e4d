import { hostname } from 'node:os';
import type { ExecutorContext } from '@nx/devkit';
import { ArtifactError } from '../../errors.js';
import type { RunnerDeps } from '../../runner/deps.js';
import { toolVersion } from '../../util/tool-version.js';
import { listenForInterrupt } from './interrupt.js';

/** What the executors take from the process; everything below gets it as parameters. */
export type ProcessDeps = Omit<RunnerDeps, 'verbose' | 'wait'>;

/**
 * Runs the body of an executor: interrupts, a terminal that may be gone, and errors. An error is printed once, here.
 * @returns Nx's result; `success` only when the body came to its end
 */
export async function runExecutor(
  context: ExecutorContext,
  body: (deps: ProcessDeps) => Promise<boolean>,
): Promise<{ success: boolean }> {
  const interrupt = listenForInterrupt(process);
  surviveClosedOutput();
  try {
    return { success: await body(processDeps(context, interrupt.signal)) };
  } catch (error) {
    process.stderr.write(`\n${error instanceof ArtifactError ? error.message : unexpected(error)}\n`);
    return { success: false };
  } finally {
    interrupt.release();
    endOrphan(interrupt.signal);
  }
}

function processDeps(context: ExecutorContext, signal: AbortSignal): ProcessDeps {
  return {
    env: process.env,
    stdout: process.stdout,
    signal,
    clock: () => performance.now(),
    // not userInfo(), which throws for a uid without a name, as in many CI containers
    user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    process: { pid: process.pid, host: hostname(), task: context.targetName ?? 'build' },
    toolVersion: toolVersion(),
  };
}

/** A closed terminal or pipe must not end the clean-up: without a listener the next write would. */
function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount('error') === 0) stream.on('error', () => {});
  }
}

/** Nx ends its child when it has our answer; when Nx is gone nobody does. */
function endOrphan(signal: AbortSignal): void {
  if (signal.aborted && process.send && !process.connected) process.exit(1);
}

/** Not one of ours: a defect, whose stack is worth having. */
function unexpected(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Unexpected error, please report it:\n${text}`;
}
