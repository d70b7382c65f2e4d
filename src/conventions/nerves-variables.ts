/** The variable that puts a directory in the artifact's place, by the package's type (Nerves.Artifact.env_var/1). */
export const OVERRIDE_VARIABLES: Readonly<Record<string, string>> = {
  system: 'NERVES_SYSTEM',
  toolchain: 'NERVES_TOOLCHAIN',
};

/** The variables that are part of an artifact's name, but for a system's (Nerves.Env.host_os/0 and host_arch/0). */
export const HOST_OS = 'HOST_OS';
export const HOST_ARCH = 'HOST_ARCH';

/** Where Nerves downloads to, and where it keeps artifacts (Nerves.Env.download_dir/0, Nerves.Artifact.base_dir/0). */
export const NERVES_DL_DIR = 'NERVES_DL_DIR';
export const NERVES_ARTIFACTS_DIR = 'NERVES_ARTIFACTS_DIR';

/** The download cache, as the platform's create-build.sh and Buildroot look for it in the container. */
export const NERVES_BR_DL_DIR = 'NERVES_BR_DL_DIR';
/** An argument of `make system`: the name of the archive, and of its top directory. */
export const NERVES_ARTIFACT_NAME = 'NERVES_ARTIFACT_NAME';
