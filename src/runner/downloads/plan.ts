import type { Mount } from '../../backend/plans.js';
import { DL_DIR, DL_VOLUME_DIR, HOST_DL_DIR } from '../../conventions/container-paths.js';
import { DL_VOLUME } from '../plan/volumes.js';

/** The download cache of a build. */
export interface DownloadsPlan {
  /**
   * The host's own directory; or a volume of the engine's, for all packages, where the engine does not see that; or a copy in the
   * package's own volume, where the steps could not write to it: what they download goes back afterwards.
   */
  kept: 'host' | 'engine' | 'copy';
  mount: Mount;
  /** A directory of the host whose files go to the engine's before the steps, and get what they have downloaded. */
  travels?: string;
}

/**
 * @param host the host's own directory; undefined where the engine does not see it
 * @param travels the one that the package names, where the engine does not see it
 */
export function planDownloads(
  host: string | undefined,
  mayWrite: boolean,
  travels?: string | undefined,
): DownloadsPlan {
  if (host === undefined) {
    return { kept: 'engine', mount: { type: 'volume', source: DL_VOLUME, target: DL_VOLUME_DIR }, travels };
  }
  return {
    kept: mayWrite ? 'host' : 'copy',
    mount: { type: 'bind', source: host, target: mayWrite ? DL_DIR : HOST_DL_DIR, relabel: true },
  };
}
