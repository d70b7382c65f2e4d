import type { TargetConfiguration } from '@nx/devkit';
import { callerVariables } from '../conventions/caller-variables.js';
import { HOST_ARCH, HOST_OS, OVERRIDE_VARIABLES } from '../conventions/nerves-variables.js';
import type { RawOptions } from './raw-options.js';

/**
 * The caller's variables that decide what the archive is: what replaces the artifact, what is part of its name
 * (see `hostTuple`), what the user lists in `env` with the value null, and what make_args take values from.
 */
export function environmentInputs({
  type,
  env,
  build_runner_opts,
}: RawOptions): NonNullable<TargetConfiguration['inputs']> {
  const kind = typeof type === 'string' ? type : 'system';
  const override = Object.hasOwn(OVERRIDE_VARIABLES, kind) ? [OVERRIDE_VARIABLES[kind] as string] : [];
  const ofTheName = kind === 'system' ? [] : [HOST_OS, HOST_ARCH];
  const listed = Object.entries(env ?? {}).filter(([name, value]) => name !== '' && value === null);
  const given = build_runner_opts?.make_args;
  const makeArgs = Array.isArray(given) ? given.filter((arg) => typeof arg === 'string') : [];
  const all = [...override, ...ofTheName, ...listed.map(([name]) => name), ...callerVariables(makeArgs)];
  return all.map((name) => ({ env: name }));
}
