import { CALLER_VARIABLE, callerVariables } from '../../conventions/caller-variables.js';
import { ArtifactError } from '../../errors.js';

const ESCAPED = /\{\{(env:[A-Za-z_]\w*)\}\}/g;
const BEGINS = /(?<![{$])\{env:/;

/**
 * Replaces `{env:NAME}` by the caller's value. An argument with a variable that is not set, or empty, is left out: on
 * make's command line `NAME=` would hide what a .config says by nothing.
 * @throws ArtifactError BAD_OPTION for what is not a variable's name
 */
export function withCallerValues(args: readonly string[], env: NodeJS.ProcessEnv): string[] {
  for (const arg of args) {
    if (BEGINS.test(arg.replaceAll(CALLER_VARIABLE, '')))
      throw badOption(
        'make_args',
        `"${arg}" has "{env:" without the name of a variable and "}"`,
        'Write {env:NAME} for the value of the variable NAME; NAME has letters, digits and "_".',
      );
  }
  return args
    .filter((arg) => callerVariables([arg]).every((name) => env[name]))
    .map((arg) =>
      arg.replaceAll(CALLER_VARIABLE, (_, name: string) => env[name] ?? '').replaceAll(ESCAPED, '{$1}'),
    );
}

/**
 * Refuses `{env:NAME}` in a command, where a shell would read the value again.
 * @throws ArtifactError BAD_OPTION
 */
export function refuseCallerVariables(command: readonly string[]): void {
  const [name] = callerVariables(command);
  if (name === undefined) return;
  throw badOption(
    'commands',
    `{env:${name}} is for make_args alone`,
    `Write it in "make_args", and {make_args} in the command; or "env": {"${name}": null}, and "$${name}" in a shell.`,
  );
}

function badOption(option: string, cause: string, hint: string): ArtifactError {
  return new ArtifactError('BAD_OPTION', { tried: `read "build_runner_opts.${option}"`, cause, hint });
}
