/** The directory of a build in the container (Nerves.Artifact.BuildRunners.Docker). */
const ROOT = '/nerves/';

/** The copies of package and platform: `env/<package>` and `env/platform`. */
export const ENV_DIR = `${ROOT}env`;
export const PLATFORM_DIR = `${ENV_DIR}/platform`;
/** The download cache. */
export const DL_DIR = `${ROOT}dl`;
/** The engine's own download cache, where it does not see that of the host: a directory for each user, by number. */
export const DL_VOLUME_DIR = `${ROOT}downloads`;
/** The host's download cache, where the steps have a copy of it. */
export const HOST_DL_DIR = `${ROOT}host/dl`;
/** The host's artifacts, read-only. */
export const HOST_ARTIFACTS_DIR = `${ROOT}host/artifacts`;
/** The build directory in images of the first generation, and in images that are not Nerves'. */
export const WORKDIR = `${ROOT}build`;
/** The build directory in images of Nerves' second generation, whose user owns it. */
export const SECOND_GENERATION_WORKDIR = '/home/nerves/project';
