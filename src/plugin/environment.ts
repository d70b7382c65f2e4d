import type { TargetConfiguration } from '@nx/devkit';
import { HOST_ARCH, HOST_OS, OVERRIDE_VARIABLES } from '../conventions/nerves-variables.js';
import type { RawOptions } from './raw-options.js';

/**
 * The caller's variables that decide what the archive is: what replaces the artifact, what is part of its name
 * (see `hostTuple`), and what the user lists in `env` with the value null.
 */
export function environmentInputs({ type, env }: RawOptions): NonNullable<TargetConfiguration['inputs']> {
  const kind = typeof type === 'string' ? type : 'system';
  const override = Object.hasOwn(OVERRIDE_VARIABLES, kind) ? [OVERRIDE_VARIABLES[kind] as string] : [];
  const ofTheName = kind === 'system' ? [] : [HOST_OS, HOST_ARCH];
  const listed = Object.entries(env ?? {}).filter(([name, value]) => name !== '' && value === null);
  return [...override, ...ofTheName, ...listed.map(([name]) => name)].map((name) => ({ env: name }));
}
