import type { Session } from '../docker/session.js';
import { ArtifactError } from '../errors.js';
import { MANIFESTS } from './copy-in.js';
import type { BuildUser } from './user.js';

export interface Prepared {
  workdir: string;
  /** The artifact's name, by which archives of earlier builds are known. */
  artifact: string;
  /** Directories of the env volume that get the copies of package and platform. */
  copies: string[];
}

/** The short checksum in an archive's name, as a shell pattern. */
const HEX7 = '[0-9A-F]'.repeat(7);

/**
 * Makes the volumes fit for the build's user, in one command as root: the user has a name and a home, and owns the
 * build directory and the copies. Owners are changed only when another user built in this volume before. Archives
 * of earlier builds go, so that one which is there afterwards was made by this build.
 * @throws ArtifactError CONTAINER_START
 */
export async function prepare(
  session: Session,
  user: BuildUser,
  { workdir, artifact, copies }: Prepared,
): Promise<void> {
  const owner = `${user.uid}:${user.gid}`;
  const script = `set -e
${user.script}
rm -f "$1/$2"-${HEX7}.tar.gz "$1/$2"-${HEX7}.tar.xz "$1/$2"-${HEX7}.tar.zst
own() {
  mkdir -p "$1"
  [ "$(stat -c %u:%g "$1")" = ${owner} ] || chown -R ${owner} "$1"
}
own "$1"; shift 2
for copy do own "$copy"; done
mkdir -p ${MANIFESTS}`;
  let output = '';
  const argv = ['sh', '-c', script, 'sh', workdir, artifact, ...copies];
  const code = await session.exec({ argv, user: '0' }, (pieces) => {
    for (const piece of pieces) output += piece.data.toString();
  });
  if (code === 0) return;
  throw new ArtifactError('CONTAINER_START', {
    tried: 'prepare the build volume',
    cause: `the preparing script ended with exit code ${code}`,
    details: output.trim().split('\n').slice(-5),
    hint: 'The image needs a POSIX shell with chown, cut, grep, mkdir, sed and stat.',
  });
}
