import type { ExecutorContext } from '@nx/devkit';
import { type Override, overrideOf } from '../../artifact/nerves-override.js';
import type { Package } from '../../artifact/package.js';
import { ArtifactError } from '../../errors.js';
import type { Invocation } from './run.js';

/** Reports that a directory of the user's replaces the artifact. */
function announce({ variable, directory }: Override, { project }: Package, invocation: Invocation): void {
  invocation.stdout.write(`${variable}=${directory} replaces the artifact of ${project}: nothing is built\n`);
}

/**
 * Whether {@link announce} is all there is to do for an archive. Nx caches that too, so that the variable must be
 * one of the target's inputs, as the plugin infers it: else "nothing was built" is what everybody gets.
 * @throws ArtifactError BAD_OPTION
 */
export function isReplaced(pkg: Package, context: ExecutorContext, invocation: Invocation): boolean {
  const warn = (line: string) => void invocation.stdout.write(`warning: ${line}\n`);
  const override = overrideOf(pkg, invocation.host.env, warn);
  if (!override) return false;
  const { cache, inputs = [] } = context.target ?? {};
  const isInput = inputs.some(
    (input) => typeof input === 'object' && 'env' in input && input.env === override.variable,
  );
  if (cache && !isInput) {
    throw new ArtifactError('BAD_OPTION', {
      tried: `use ${override.directory} as the artifact of ${pkg.project} (${override.variable})`,
      cause: `${context.targetName} is cached, and ${override.variable} is not among its inputs`,
      hint: `Add {"env": "${override.variable}"} to its "inputs", list nx-docker-artifact/plugin in nx.json, or unset the variable.`,
    });
  }
  announce(override, pkg, invocation);
  return true;
}
