import type { Package } from '../artifact/package.js';
import type { BuildContainer } from '../backend/types.js';
import { DL_DIR, DL_VOLUME_DIR, ENV_DIR } from '../conventions/container-paths.js';
import { ArtifactError } from '../errors.js';
import { treeDigest } from '../sources/digest.js';
import { type Configuration, configurationOf } from './configure.js';
import type { BuildPlan } from './plan/build-plan.js';
import { copyDir, PLATFORM_NAME } from './plan/sources.js';
import type { BuildUser } from './plan/user.js';
import type { Prepared } from './prepare-backend.js';
import { CONFIGURED, MANIFESTS, manifestFile, syncSources } from './sync-sources.js';

/** What differs between a build and a shell. */
interface Preparing {
  pkg: Package;
  /** The artifact's name, by which archives of earlier builds are known; '' leaves them where they are. */
  artifact: string;
  signal: AbortSignal;
}

/** The short checksum in an archive's name, as a shell pattern. */
const HEX7 = '[0-9A-F]'.repeat(7);

/**
 * Makes a container ready to build in: user and directories, then the writable copies of package and platform.
 * @returns whether the build directory is configured for them
 * @throws ArtifactError CONTAINER_START, FILE_ACCESS
 */
export async function prepareContainer(
  container: BuildContainer,
  { plan, user }: Pick<Prepared, 'plan' | 'user'>,
  { pkg, artifact, signal }: Preparing,
): Promise<Configuration> {
  const { fresh, recorded, manifests } = await setUp(container, user, plan, artifact);
  let platform = '';
  for (const [index, source] of plan.sources.entries()) {
    const manifest = manifests[index] ?? '';
    const copy = { ...source, ...user, manifest, fresh: fresh && manifest === '' };
    const tree = await syncSources(container, copy, signal);
    if (source.name === PLATFORM_NAME) platform = treeDigest(tree);
  }
  return await configurationOf(pkg, plan, { platform, recorded, fresh });
}

/**
 * In one command as root, as each costs as much as a short build: the user has a name and a home, and owns the build
 * directory and the copies. Owners are changed only when another user built in this volume before. Archives of
 * earlier builds go, so that one which is there afterwards was made by this build.
 * @returns whether the build directory is empty, what it is configured for, and the manifest of each source's last copy,
 *   in their order; '' where there is none
 */
async function setUp(
  container: BuildContainer,
  user: BuildUser,
  { workdir, sources, downloads, worldWritable }: BuildPlan,
  artifact: string,
): Promise<{ fresh: boolean; recorded: string; manifests: string[] }> {
  const opened = worldWritable.map((path) => `chmod a+rw ${path}`);
  const owner = `${user.uid}:${user.gid}`;
  const script = `set -e
{ ${user.script}
} >&2
rm -f "$1/$2"-${HEX7}.tar.gz "$1/$2"-${HEX7}.tar.xz "$1/$2"-${HEX7}.tar.zst
own() {
  mkdir -p "$1"
  [ "$(stat -c %u:%g "$1")" = ${owner} ] || chown -R ${owner} "$1"
}
${[...opened, ...(downloads.inVolume ? [ownDownloads(user)] : [])].join('\n')}
own "$1"
# it may lie in the home of another user, as that of the second generation's image
dir=\${1%/*}; while [ -n "$dir" ]; do chmod a+x "$dir" || :; dir=\${dir%/*}; done
ls -A "$1" | grep -q . || printf fresh
printf '\\000'
cat ${MANIFESTS}/${CONFIGURED} 2>/dev/null || :
printf '\\000'
shift 2
mkdir -p ${MANIFESTS}
touch ${ENV_DIR} # the time of the volume's last use
while [ $# -gt 0 ]; do
  own "$1"
  cat "${MANIFESTS}/$2" 2>/dev/null || :
  printf '\\000'
  shift 2
done`;
  const output: Record<1 | 2, Buffer[]> = { 1: [], 2: [] };
  const argv = ['sh', '-c', script, 'sh', workdir, artifact];
  for (const source of sources) argv.push(copyDir(source), manifestFile(source));
  const code = await container.exec({ argv, user: '0' }, (chunks) => {
    for (const { source, data } of chunks) output[source].push(data);
  });
  const [state, recorded = '', ...manifests] = Buffer.concat(output[1]).toString().split('\0');
  if (code === 0) return { fresh: state === 'fresh', recorded, manifests };
  throw new ArtifactError('CONTAINER_START', {
    tried: 'prepare the build volume',
    cause: `the setup script ended with exit code ${code}`,
    details: Buffer.concat(output[2]).toString().trim().split('\n').slice(-5),
    hint: 'The image needs a POSIX shell with chmod, chown, cut, grep, ln, mkdir, rmdir, sed, stat and touch.',
  });
}

/**
 * A download cache for each user of the engine's, as others may be using theirs: whoever writes into a directory of another user
 * under Buildroot's umask, or takes a lock there, needs it to be given away, and a build that runs would then lose it. The
 * link gives it the same path for everybody.
 */
function ownDownloads({ uid, gid }: BuildUser): string {
  const own = `${DL_VOLUME_DIR}/${uid}`;
  return `mkdir -p ${own}
[ "$(stat -c %u ${own})" = ${uid} ] || chown ${uid}:${gid} ${own}
touch ${DL_VOLUME_DIR} # the time of the volume's last use
rmdir ${DL_DIR} 2>/dev/null || :
[ -e ${DL_DIR} ] || ln -s ${own} ${DL_DIR}`;
}

/**
 * Gives what a build as root left in directories of the host to the caller, where the caller is not root.
 * A build does not fail for it: the files are there, and readable.
 */
export async function restoreOwnership(
  container: BuildContainer,
  user: BuildUser,
  { caller, hostDirectories }: Pick<BuildPlan, 'caller' | 'hostDirectories'>,
): Promise<void> {
  if (user.uid !== 0 || caller.uid === 0 || hostDirectories.length === 0) return;
  const script = `find "$@" -user 0 -exec chown -h ${caller.uid}:${caller.gid} {} +`;
  await container.exec({ argv: ['sh', '-c', script, 'sh', ...hostDirectories], user: '0' }, () => {});
}
