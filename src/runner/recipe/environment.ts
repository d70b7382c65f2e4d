import { createHash } from 'node:crypto';

/** The listed variables as a recipe has them: each value, which may be a secret, stands for itself as a hash. */
export function recipeEnv(
  listed: Readonly<Record<string, string | null>>,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(listed).flatMap(([name, given]) => {
      const value = given ?? env[name];
      return value === undefined ? [] : [[name, createHash('sha256').update(value).digest('hex')]];
    }),
  );
}
