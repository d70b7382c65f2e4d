import type { Package } from '../../artifact/package.js';
import { NERVES_TOOLCHAIN_CTNG } from '../../conventions/mix-package.js';
import { NERVES_ARTIFACT_NAME, NERVES_BR_DL_DIR } from '../../conventions/nerves-variables.js';

/** The commands of a platform, with placeholders, and the first of its files that they need. */
interface PlatformCommands {
  create_build?: readonly string[];
  make: readonly string[];
  archive: readonly string[];
  /** In the platform. */
  script: string;
  /** Its programs end as root. */
  refusesRoot?: boolean;
}

/** Nerves.Artifact.BuildRunners.Docker; also of a platform that is not Nerves' own. */
const SYSTEM: PlatformCommands = {
  create_build: ['{platform_dir}/create-build.sh', '{defconfig}', '{workdir}'],
  make: ['make', '{make_args}'],
  archive: ['make', 'system', `${NERVES_ARTIFACT_NAME}={artifact_name}`],
  script: 'create-build.sh',
};

/** build.sh downloads into its user's home, and knows no other place. */
const WITH_DOWNLOADS = `mkdir -p "$HOME/.nerves"
[ -e "$HOME/.nerves/dl" ] || ln -s "$${NERVES_BR_DL_DIR}" "$HOME/.nerves/dl"
exec "$@"`;

/** It removes its work directory before it builds, which the build directory, a mount, cannot be. */
const CTNG_DIR = '{workdir}/toolchain';

/** Nerves.Toolchain.CTNG: `build.sh <defconfig> <work directory>`, `scripts/archive.sh <work directory> <archive>`. */
const TOOLCHAIN: PlatformCommands = {
  make: ['sh', '-ec', WITH_DOWNLOADS, 'sh', '{platform_dir}/build.sh', '{defconfig}', CTNG_DIR],
  archive: ['{platform_dir}/scripts/archive.sh', CTNG_DIR, '{workdir}/{artifact_name}.tar.xz'],
  script: 'build.sh',
  refusesRoot: true,
};

/** What a package is built with where its options do not say it. */
export function platformCommands({ platform }: Pick<Package, 'platform'>): PlatformCommands {
  return platform?.name === NERVES_TOOLCHAIN_CTNG ? TOOLCHAIN : SYSTEM;
}
