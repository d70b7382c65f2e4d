import { PLUGIN } from './plugin-names.js';

/** The directory of this tool in a package, and of Nerves in the home of a user. */
export const NERVES_DIR = '.nerves';
/** Below a package: Nx's output, one archive and what belongs to it. */
export const ARCHIVE_DIR = `${NERVES_DIR}/archive`;
/** Below a package: how long the last builds took, a record each. */
export const TIMING_DIR = `${NERVES_DIR}/timing`;
/** Below a package: where artifacts are unpacked (Nerves.Artifact.build_path/1). */
export const ARTIFACTS_DIR = `${NERVES_DIR}/artifacts`;
/** Below a package: a link to the artifact that was built or unpacked last, whatever its name. */
export const CURRENT = `${ARTIFACTS_DIR}/current`;
/** Below a package: what that artifact is, in one small file; what Nx hashes for those who use the artifact. */
export const CURRENT_STATE = `${CURRENT}.json`;
/** Every byte of the last build, and of the one before it. */
export const BUILD_LOG = 'build.log';
export const PREVIOUS_LOG = `${BUILD_LOG}.1`;

/** What this tool writes into a package: never an input, never copied into a container. */
export const OWN_OUTPUTS: readonly string[] = [NERVES_DIR, BUILD_LOG, PREVIOUS_LOG];

/** In a download cache, which has files of Nerves and of the user, too: which archives in it are ours. */
export const COPY_RECORDS = `.${PLUGIN}`;

/** In an artifact: the archive that it was unpacked from; it is then not unpacked again. */
export const UNPACKED_FROM = '.archive_sha256';
/** In an artifact: the id of the build volume (Nerves.Artifact.BuildRunners.Docker). */
export const DOCKER_ID = '.docker_id';

/** Whether a file of this name says that its directory is an artifact of ours. */
export function isMarker(name: string): boolean {
  return name === UNPACKED_FROM || name === DOCKER_ID || name.startsWith(`${DOCKER_ID}.`);
}
