import type { Package } from '../../artifact/package.js';
import { platformCommands } from './platform-commands.js';
import type { UserChoice } from './user.js';

/**
 * Who the steps of a package are to run as: its option, else what its platform's own commands need, else the caller; where that
 * is root the image's own user, as in Nerves, whose runner has no `--user`: many a build refuses root.
 */
export function userChoice(pkg: Package, callerIsRoot: boolean): UserChoice {
  const { user } = pkg.options.build_runner_config;
  if (user) return user;
  const hasOwnCommands = pkg.options.build_runner_opts.commands?.make !== undefined;
  if (!hasOwnCommands && platformCommands(pkg).refusesRoot) return 'not root';
  return callerIsRoot ? 'image' : undefined;
}

/** Whether the steps may run as somebody else than the caller. */
export function isNotCaller(choice: UserChoice, caller: { uid: number }): boolean {
  return choice === 'image' || (choice === 'not root' && caller.uid === 0);
}
