import { DL_DIR, DL_VOLUME_DIR, HOST_DL_DIR } from '../../conventions/container-paths.js';
import { copyMissing, DL_COPY } from './copy-missing.js';
import type { DownloadsPlan } from './plan.js';

/** The commands of sh, run as root, that give the steps a download cache of their user's at {@link DL_DIR}. */
export function prepareDownloads({ kept }: DownloadsPlan, user: { uid: number; gid: number }): string {
  if (kept === 'host') return '';
  return kept === 'engine' ? ownInVolume(user) : copyOfHost(user);
}

/**
 * A download cache for each user of the engine's, as others may be using theirs: whoever writes into a directory of another user
 * under Buildroot's umask, or takes a lock there, needs it to be given away, and a build that runs would then lose it. The
 * link gives it the same path for everybody.
 */
function ownInVolume({ uid, gid }: { uid: number; gid: number }): string {
  const own = `${DL_VOLUME_DIR}/${uid}`;
  return `mkdir -p ${own}
[ "$(stat -c %u ${own})" = ${uid} ] || chown ${uid}:${gid} ${own}
touch ${DL_VOLUME_DIR} # the time of the volume's last use
${link(own)}`;
}

/** One for each package, whose lock says that nobody else is writing into it when its files go back to the host. */
function copyOfHost({ uid, gid }: { uid: number; gid: number }): string {
  return `mkdir -p ${DL_COPY}
(${copyMissing(HOST_DL_DIR, DL_COPY)}) >&2
find ${DL_COPY} ! -user ${uid} -exec chown -h ${uid}:${gid} {} +
${link(DL_COPY)}`;
}

function link(own: string): string {
  return `rmdir ${DL_DIR} 2>/dev/null || :
[ -e ${DL_DIR} ] || ln -s ${own} ${DL_DIR}`;
}
