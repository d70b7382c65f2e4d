import { resolve } from 'node:path';
import { statOf } from '../util/stat-of.js';
import type { PackageType } from './names.js';

/** A directory of the user's that stands in for an artifact. */
export interface Override {
  /** The variable that names it. */
  variable: string;
  /** Absolute. */
  directory: string;
}

const VARIABLES: Partial<Record<PackageType, string>> = {
  system: 'NERVES_SYSTEM',
  toolchain: 'NERVES_TOOLCHAIN',
};

/** The variable that can replace an artifact of this type (Nerves.Artifact.env_var/1). */
function overrideVariable(type: PackageType): string | undefined {
  return VARIABLES[type];
}

/**
 * The directory that replaces the artifact: NERVES_SYSTEM or NERVES_TOOLCHAIN, where it names a directory. What
 * names none is no override: `warn` gets a line that says so.
 * Rule: Nerves.Artifact.env_var?/1 and dir/1.
 */
export function overrideOf(
  { type }: { type: PackageType },
  env: NodeJS.ProcessEnv,
  warn: (message: string) => void = () => {},
): Override | undefined {
  const variable = overrideVariable(type);
  const value = variable && env[variable];
  if (!variable || !value) return undefined;
  const directory = resolve(value);
  if (statOf(directory)?.isDirectory()) return { variable, directory };
  warn(`${variable} is ${value}, which is no directory: it is not used, as in Nerves`);
  return undefined;
}
