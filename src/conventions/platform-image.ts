import { SECOND_GENERATION_WORKDIR, WORKDIR } from './container-paths.js';
import { NERVES_SYSTEM_BR } from './mix-package.js';

/** The platform version from which on Nerves' images are of the second generation. */
const SECOND_GENERATION = [1, 28] as const;

interface NamedVersion {
  name: string;
  version: string;
}

/** The image of a platform (the docker image of nerves_system_br's releases); without one that of Nerves itself. */
export function platformImage(platform: NamedVersion | undefined): string {
  if (!platform) return 'nervesproject/nerves_system_br:latest';
  const registry = isSecondGeneration(platform) ? 'ghcr.io/nerves-project' : 'nervesproject';
  return `${registry}/${platform.name}:${platform.version}`;
}

/** Where the image of a platform has its build directory. */
export function platformWorkdir(platform: NamedVersion | undefined): string {
  return platform && isSecondGeneration(platform) ? SECOND_GENERATION_WORKDIR : WORKDIR;
}

function isSecondGeneration({ name, version }: NamedVersion): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [needMajor, needMinor] = SECOND_GENERATION;
  return name === NERVES_SYSTEM_BR && (major > needMajor || (major === needMajor && minor >= needMinor));
}
