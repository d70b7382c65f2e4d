import type { RawOptions } from './raw-options.js';

/** What builds, in Node's words. */
export interface Builder {
  toolVersion: string;
  /** `process.platform` */
  os: string;
  /** `process.arch` */
  arch: string;
}

/**
 * The value of the archive's option `made_with`, as Nx hashes a target's options and not its metadata: an archive of
 * another minor version of this plugin, or made on another architecture, is another archive. Only a system whose image is
 * of a platform that the options name is the same everywhere.
 */
export function madeWith({ toolVersion, os, arch }: Builder, variants: readonly RawOptions[]): string {
  const isPortable = variants.every((options) => !isNamedForHost(options));
  const hosts = isPortable ? [] : [os];
  if (!isPortable || !variants.every(hasPlatform)) hosts.push(arch);
  const [major, minor] = toolVersion.split('.');
  return [`nx-docker-artifact ${major}.${minor}`, ...hosts].join(', ');
}

/** The artifact of anything but a system has the host in its name (see `hostTuple`). */
function isNamedForHost({ type }: RawOptions): boolean {
  return type !== undefined && type !== 'system';
}

function hasPlatform({ build_runner_config }: RawOptions): boolean {
  const docker = build_runner_config?.docker as { platform?: unknown } | null | undefined;
  return typeof docker?.platform === 'string';
}
