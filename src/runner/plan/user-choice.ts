import type { Package } from '../../artifact/package.js';
import { platformCommands } from './platform-commands.js';
import type { UserChoice } from './user.js';

/** Who the steps of a package are to run as: its option, else what its platform's own commands need. */
export function userChoice(pkg: Package): UserChoice {
  const { user } = pkg.options.build_runner_config;
  if (user || pkg.options.build_runner_opts.commands?.make) return user;
  return platformCommands(pkg).refusesRoot ? 'not root' : undefined;
}
