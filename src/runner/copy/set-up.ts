import type { BuildContainer } from '../../backend/types.js';
import { ENV_DIR } from '../../conventions/container-paths.js';
import { shellWord } from '../../util/shell-word.js';
import { prepareDownloads } from '../downloads/prepare.js';
import type { BuildPlan } from '../plan/build-plan.js';
import { copyDir } from '../plan/sources.js';
import type { BuildUser } from '../plan/user.js';
import { buildTimeLog } from '../timing/build-time-log.js';
import { MANIFEST_FUNCTION, pathsOfState, STATE_FUNCTIONS, unlistedPaths } from './copy-state.js';
import { FILE_FUNCTIONS, runScript } from './in-container.js';
import {
  beforeShellFile,
  CONFIGURED,
  doubtFile,
  LAST_BUILD,
  MEMORY,
  manifestFile,
  SHORT_CHECKSUM,
  shellFile,
  stateFile,
} from './places.js';

/** What is known of a copy from earlier runs. */
export interface CopyState {
  manifest: string;
  /** The entries that were in doubt when a copy was cut off, see {@link doubtFile}; '' where there are none. */
  doubts: string;
  /** Paths that were changed since; undefined when that is not known. */
  touched: ReadonlySet<string> | undefined;
  /** A shell that was cut off has changed it, and that has not come back to the host. */
  hasChangesOfShell: boolean;
  /** The paths that a shell has touched; undefined where none was opened since. */
  byShell: ReadonlySet<string> | undefined;
}

/** What a build volume has from earlier builds. */
export interface VolumeState {
  /** The build directory is empty. */
  fresh: boolean;
  /** What create-build last ran for, and what the last build was; '' where that is not known. */
  configured: string;
  lastBuild: string;
  /** Bytes of Buildroot's build-time.log. */
  logSize: number;
  /** Of each source in turn: the manifest of its last copy, '' where there is none, and what was changed in it since. */
  copies: CopyState[];
}

/** Said of a copy that belonged to somebody else: the times of all its entries are others now. */
const OTHER_OWNER = 'other-owner';

/** Said of a copy with changes of a shell that have not come back. */
const SHELL_CHANGES = 'changes-of-shell';

/** Said of a copy in which a shell was opened. */
const SHELL_OPENED = 'shell-opened';

/**
 * In one script as root: the user has a name and a home, and owns the build
 * directory and the copies. Owners are changed only when another user built in this volume before. Archives of
 * earlier builds go, so that one which is there afterwards was made by this build.
 * @param digests of each source in turn: the digest of what its copy is to have
 * @param artifact the artifact's name, by which archives of earlier builds are known; '' leaves them where they are
 * @throws ArtifactError CONTAINER_START
 */
export async function setUp(
  container: BuildContainer,
  user: BuildUser,
  { workdir, sources, downloads, worldWritable }: BuildPlan,
  artifact: string,
  digests: readonly string[],
): Promise<VolumeState> {
  const opened = worldWritable.map((path) => `chmod a+rw ${path}`);
  const owner = `${user.uid}:${user.gid}`;
  const directories = ['"$1"', ...sources.map((source) => shellWord(copyDir(source)))].join(' ');
  const archives = ['gz', 'xz', 'zst'].map((end) => `"$1/$2"-${SHORT_CHECKSUM}.tar.${end}`).join(' ');
  const script = `set -e
{ ${user.script}
} >&2
${STATE_FUNCTIONS}
${MANIFEST_FUNCTION}
${FILE_FUNCTIONS}
for file in ${archives}; do if [ -e "$file" ] || [ -L "$file" ]; then rm -f "$file"; fi; done
for dir in ${directories}; do directory "$dir"; done
is_owned=
owned() { [ -n "$is_owned" ] || [ "$(stat -c %u:%g "$1")" = ${owner} ]; }
[ "$(stat -c %u:%g ${directories})" != '${sources.map(() => `${owner}\n`).join('')}${owner}' ] || is_owned=all
own() { owned "$1" || chown -R ${owner} "$1"; }
${[...opened, prepareDownloads(downloads, user)].join('\n')}
own "$1"
open_parents "$1"
is_empty "$1" && printf fresh
printf '\\000'
content ${MEMORY}/${CONFIGURED}
printf '\\000'
content ${MEMORY}/${LAST_BUILD}
printf '\\000'
size ${buildTimeLog('"$1"')}
printf '\\000'
shift 2
directory ${MEMORY}
touch ${ENV_DIR} # the time of the volume's last use
while [ $# -gt 0 ]; do
  manifest "$2" "$3" "$7"
  printf '\\000'
  content "$3"
  printf '\\000'
  changed "$1" "$4"
  if [ -e "$5" ]; then if changed "$1" "$5" | grep -q .; then echo ${SHELL_CHANGES}; else rm -f "$5"; fi; fi
  printf '\\000'
  [ ! -e "$6" ] || { echo ${SHELL_OPENED}; changed "$1" "$6"; }
  printf '\\000'
  [ ! -e "$6" ] || unlisted "$1"
  printf '\\000'
  owned "$1" || { own "$1"; echo ${OTHER_OWNER}; }
  printf '\\000'
  shift 7
done`;
  const copies = sources.flatMap((source, index) => [
    copyDir(source),
    ...memoryOf(source),
    digests[index] ?? '',
  ]);
  const args = [workdir, artifact, ...copies];
  const output = await runScript(container, 'prepare the build volume', script, args, SET_UP_FAILED);
  return stateFrom(output, sources.length);
}

const SET_UP_FAILED = {
  code: 'CONTAINER_START',
  hint: 'The image needs a POSIX shell with chmod, chown, cut, find, grep, head, ln, mkdir, rmdir, sed, sort, stat, touch and uniq.',
} as const;

function stateFrom(output: Buffer, sources: number): VolumeState {
  const [state, configured, lastBuild, logSize, ...rest] = partsOf(output);
  const copies = Array.from({ length: sources }, (_, index) => {
    const [manifest, doubt, ...others] = rest.slice(6 * index, 6 * index + 6);
    const [lines = '', shell = '', unlisted = '', owner = ''] = others.map((part) => part.toString('latin1'));
    const doubts = String(doubt ?? '');
    const touched = pathsOfState(lines);
    if (owner.includes(OTHER_OWNER)) touched?.add(''); // not a path: the state must be recorded anew, that is all
    return {
      manifest: String(manifest ?? ''),
      doubts: isComplete(doubts) ? doubts : '',
      touched,
      hasChangesOfShell: lines.split('\n').includes(SHELL_CHANGES),
      byShell: shell.startsWith(SHELL_OPENED) ? touchedByShell(shell, unlisted) : undefined,
    };
  });
  return {
    fresh: String(state) === 'fresh',
    configured: String(configured),
    lastBuild: String(lastBuild),
    logSize: Number(logSize),
    copies,
  };
}

/** What is remembered of a copy, in the order in which the script has it. */
function memoryOf(source: { name: string }): string[] {
  return [manifestFile, doubtFile, stateFile, shellFile, beforeShellFile].map(
    (file) => `${MEMORY}/${file(source)}`,
  );
}

/** A write that was cut off leaves the beginning of a JSON, which is none: what it was for had not begun. */
function isComplete(json: string): boolean {
  try {
    return json !== '' && Boolean(JSON.parse(json));
  } catch {
    return false;
  }
}

/** Of what fits on no line nobody knows who made it: it counts as the shell's. */
function touchedByShell(lines: string, unlisted: string): ReadonlySet<string> {
  return new Set([...(pathsOfState(lines) ?? []), ...unlistedPaths(unlisted)]);
}

/** What stands between NUL bytes. */
function partsOf(output: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start <= output.length; ) {
    const end = output.indexOf(0, start);
    parts.push(output.subarray(start, end < 0 ? output.length : end));
    start = end < 0 ? output.length + 1 : end + 1;
  }
  return parts;
}

/**
 * Empties the build directory and the copies, as if nothing had been built. What the last build was goes last: an
 * interrupted run leaves it, and the next one starts fresh, too.
 * @throws ArtifactError FILE_ACCESS
 */
export async function emptyVolume(
  container: BuildContainer,
  { workdir, sources }: Pick<BuildPlan, 'workdir' | 'sources'>,
): Promise<void> {
  const script = `set -e
${sources.map((source) => `rm -f ${memoryOf(source).join(' ')}`).join('\n')}
rm -f ${MEMORY}/${CONFIGURED}
find "$@" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
rm -f ${MEMORY}/${LAST_BUILD}`;
  await runScript(container, `empty ${workdir}`, script, [workdir, ...sources.map(copyDir)]);
}
