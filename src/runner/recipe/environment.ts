import { createHash } from 'node:crypto';

/**
 * The listed variables as a recipe has them. A value in project.json is no secret; one of the caller's may be, and
 * stands for itself as a hash.
 */
export function recipeEnv(
  listed: Readonly<Record<string, string | null>>,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(listed).flatMap(([name, value]) => {
      if (value !== null) return [[name, value]];
      const own = env[name];
      return own === undefined ? [] : [[name, `sha256:${createHash('sha256').update(own).digest('hex')}`]];
    }),
  );
}
