import { HOST_ARCH, HOST_OS } from '../conventions/nerves-variables.js';
import { ArtifactError } from '../errors.js';

/** What a package produces; decides the host part of its name and the compression of its archive. */
export type PackageType = 'system' | 'toolchain' | 'package';

/** What the names of an artifact are made of. */
export interface PackageIdentity {
  package: string;
  version: string;
  type: PackageType;
}

/** The machine, as Node names it (`process.platform`, `process.arch`). */
export interface Host {
  platform: string;
  arch: string;
}

const OS_NAMES: Record<string, string> = { linux: 'linux', darwin: 'darwin', win32: 'win' };

/**
 * The host an artifact is for: `portable` for a system, else `<os>_<arch>`, e.g. `linux_x86_64`.
 * `HOST_OS` and `HOST_ARCH` replace either half, also when they are empty.
 * Rule: Nerves.Artifact.host_tuple/1, Nerves.Env.host_os/0 and host_arch/0.
 * @throws ArtifactError BAD_OPTION on an operating system Nerves has no name for.
 */
export function hostTuple(
  type: PackageType,
  env: NodeJS.ProcessEnv = process.env,
  host: Host = { platform: process.platform, arch: process.arch },
): string {
  if (type === 'system') return 'portable';
  const tuple = `${env[HOST_OS] ?? osName(host)}_${env[HOST_ARCH] ?? archName(host)}`;
  // Nerves keeps the name that Erlang before OTP 24 gave to Apple's processors.
  return tuple === 'darwin_aarch64' ? 'darwin_arm' : tuple;
}

/**
 * `<package>-<host>-<version>`: the name of the artifact's directory.
 * Rule: Nerves.Artifact.name/1. Errors as in {@link hostTuple}.
 */
export function artifactName(pkg: PackageIdentity, env: NodeJS.ProcessEnv = process.env): string {
  return `${pkg.package}-${hostTuple(pkg.type, env)}-${pkg.version}`;
}

/**
 * `<artifact name>-<first digits of the checksum>`: the name of the archive without extension, and of
 * the one directory inside it. `checksumShort` is the number of digits.
 * Rule: Nerves.Artifact.download_name/2. Errors as in {@link hostTuple}.
 */
export function downloadName(
  pkg: PackageIdentity & { checksum: string },
  env: NodeJS.ProcessEnv = process.env,
  checksumShort = 7,
): string {
  return `${artifactName(pkg, env)}-${pkg.checksum.slice(0, checksumShort)}`;
}

/** The extension of the archive, with its dot. Rule: Nerves.Artifact.ext/1. */
export function artifactExtension(pkg: { type: PackageType }): '.tar.xz' | '.tar.gz' {
  return pkg.type === 'toolchain' ? '.tar.xz' : '.tar.gz';
}

function osName({ platform }: Host): string {
  const name = OS_NAMES[platform];
  if (name) return name;
  throw new ArtifactError('BAD_OPTION', {
    tried: 'name the host of the artifact',
    cause: `Nerves has no name for the operating system "${platform}"`,
    hint: `Set ${HOST_OS} (and ${HOST_ARCH}) to the host the artifact is for, e.g. ${HOST_OS}=linux.`,
  });
}

/** Nerves knows these two and calls everything else x86_64, any Windows included. */
function archName({ platform, arch }: Host): string {
  if (platform === 'win32') return 'x86_64';
  if (arch === 'arm64') return 'aarch64';
  return arch === 'arm' ? 'arm' : 'x86_64';
}
