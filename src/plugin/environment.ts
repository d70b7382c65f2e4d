import type { TargetConfiguration } from '@nx/devkit';
import type { RawOptions } from './raw-options.js';

/** The variable that puts a directory in the artifact's place (Nerves.Artifact.env_var/1). */
const OVERRIDES: Record<string, string> = { system: 'NERVES_SYSTEM', toolchain: 'NERVES_TOOLCHAIN' };

/**
 * The caller's variables that decide what the archive is: what replaces the artifact, what is part of its name
 * (see `hostTuple`), and what the user lists in `env` with the value null.
 */
export function environmentInputs({ type, env }: RawOptions): NonNullable<TargetConfiguration['inputs']> {
  const kind = typeof type === 'string' ? type : 'system';
  const override = Object.hasOwn(OVERRIDES, kind) ? [OVERRIDES[kind] as string] : [];
  const ofTheName = kind === 'system' ? [] : ['HOST_OS', 'HOST_ARCH'];
  const listed = Object.entries(env ?? {}).filter(([name, value]) => name !== '' && value === null);
  return [...override, ...ofTheName, ...listed.map(([name]) => name)].map((name) => ({ env: name }));
}
