import type { ExecutorContext } from '@nx/devkit';
import { parseOptions } from '../../options/parse.js';
import { shellOptions } from '../../options/schema.js';
import { shell } from '../../runner/shell.js';
import { packageOf } from '../shared/package.js';
import { runExecutor, runOf } from '../shared/run.js';
import { findBuildTarget, taskName } from '../shared/target-lookup.js';
import { openTerminal } from './terminal.js';

/** `nx-docker-artifact:shell`: an interactive shell, or one command, in the build directory. */
export default async function shellExecutor(
  input: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async (invocation) => {
    const options = parseOptions(shellOptions, input, `${context.projectName}:${context.targetName}`);
    const from = findBuildTarget(context, options.build_target);
    const pkg = await packageOf(context, from, invocation);
    const { terminal, close } = openTerminal(process, options.command !== undefined);
    try {
      const code = await shell(pkg, {
        ...runOf(invocation, { wait: options.wait, verbose: context.isVerbose, buildTarget: taskName(from) }),
        terminal,
        command: options.command,
        configure: options.configure,
      });
      if (code === 0) return true;
      invocation.stdout.write(`The shell ended with exit code ${code}\n`);
      return false;
    } finally {
      close();
    }
  });
}
