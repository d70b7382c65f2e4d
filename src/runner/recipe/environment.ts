import { createHash } from 'node:crypto';
import { callerVariables } from '../../conventions/caller-variables.js';

/** The listed variables as a recipe has them: each value, which may be a secret, stands for itself as a hash. */
export function recipeEnv(
  listed: Readonly<Record<string, string | null>>,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(listed).flatMap(([name, given]) => {
      const value = given ?? env[name];
      return value === undefined ? [] : [[name, hashOf(value)]];
    }),
  );
}

/** The same for the variables that make_args take values from: an empty one is as one that is not set. */
export function callerEnv(makeArgs: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> {
  const names = callerVariables(makeArgs);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, hashOf(env[name])]] : [])));
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
