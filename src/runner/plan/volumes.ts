import { PLUGIN } from '../../conventions/plugin-names.js';

/** The download cache on an engine that does not see our file system. */
export const DL_VOLUME = `${PLUGIN}-dl`;

/** The volumes of a package: what it builds in, and the writable copies of package and platform. */
export interface PackageVolumes {
  /** 16 lower-case letters and digits (Nerves.Artifact.BuildRunners.Docker, `.docker_id`). */
  id: string;
  build: string;
  env: string;
}

export function volumeNames(packageName: string, id: string): PackageVolumes {
  return { id, build: `${packageName}-${id}`, env: `${packageName}-${id}-env` };
}
