import { VERSION_FILE } from '../../conventions/versions.js';
import { newProjectJson } from '../shared/project-json.js';

interface System {
  name: string;
  /** From the workspace root. */
  directory: string;
  /** As in the option `platform`. */
  platform: string;
  /** The image of the platform; with it the system gets a Dockerfile on top. */
  image?: string;
}

/** The version of a new system. */
export const VERSION = '0.1.0';
export const DOCKERFILE = 'Dockerfile';

/** What the image of a system is called. */
export const imageTag = (name: string, version: string) => `${name}:${version}`;

/** The files of a new system, by their names in its directory. */
export function filesOf(system: System): Record<string, string> {
  return {
    'project.json': `${JSON.stringify(projectJson(system), null, 2)}\n`,
    nerves_defconfig: defconfig(system),
    [VERSION_FILE]: `${VERSION}\n`,
    ...(system.image && { [DOCKERFILE]: dockerfile(system) }),
  };
}

function projectJson({ name, directory, platform, image }: System) {
  return newProjectJson(directory, name, {
    platform,
    platform_config: { defconfig: 'nerves_defconfig' },
    checksum: ['nerves_defconfig', VERSION_FILE, ...(image ? [DOCKERFILE] : [])],
    ...(image && { build_runner_config: { docker: [DOCKERFILE, imageTag(name, VERSION)] } }),
  });
}

const defconfig = ({ name }: System) => `\
# The Buildroot configuration of ${name}: what differs from Buildroot's defaults. Begin with that of a Nerves system for
# a board like yours. Later, in "nx run ${name}:shell", "make menuconfig" changes it and "make savedefconfig" writes it.
#
# BR2_aarch64=y
# BR2_cortex_a72=y
#
# Files that are laid over the root file system; add "rootfs_overlay" to "checksum" in project.json, too.
# BR2_ROOTFS_OVERLAY="\${NERVES_DEFCONFIG_DIR}/rootfs_overlay"
`;

const dockerfile = ({ name, image }: System) => `\
# The image that ${name} is built in: that of its platform, and what the build needs besides.
ARG PLATFORM_IMAGE=${image}
FROM $PLATFORM_IMAGE

# USER root
# RUN apt-get update && apt-get install -y --no-install-recommends PACKAGE && rm -rf /var/lib/apt/lists/*
# USER nerves
`;
