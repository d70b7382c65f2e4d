import { resolve } from 'node:path';
import { OVERRIDE_VARIABLES } from '../conventions/nerves-variables.js';
import { statOf } from '../util/files/stat-of.js';
import type { PackageType } from './names.js';

/** A directory of the user's that replaces an artifact. */
export interface Override {
  /** The variable that names it. */
  variable: string;
  /** Absolute. */
  directory: string;
}

/**
 * The directory that replaces the artifact: NERVES_SYSTEM or NERVES_TOOLCHAIN, where it names a directory. What
 * names none does not override anything: `warn` gets a line that says so.
 * Rule: Nerves.Artifact.env_var?/1 and dir/1.
 */
export function overrideOf(
  { type }: { type: PackageType },
  env: NodeJS.ProcessEnv,
  warn: (message: string) => void = () => {},
): Override | undefined {
  const variable = OVERRIDE_VARIABLES[type];
  const value = variable && env[variable];
  if (!variable || !value) return undefined;
  const directory = resolve(value);
  if (statOf(directory)?.isDirectory()) return { variable, directory };
  warn(`${variable} is ${value}, which is not a directory: it is not used, as in Nerves`);
  return undefined;
}
