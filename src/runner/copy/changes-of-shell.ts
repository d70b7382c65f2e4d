import type { BuildContainer } from '../../backend/types.js';
import { manifestText, readManifest } from '../../sources/manifest.js';
import { parents } from '../../sources/paths.js';
import type { Entries, Tree, TreeEntry } from '../../sources/tree.js';
import { copyDir, type Source } from '../plan/sources.js';
import { entriesInCopy, pathsOfState, recordState, STATE_FUNCTIONS, unlistedPaths } from './copy-state.js';
import { replace, runScript } from './in-container.js';
import { FILES_OF_SHELL, MEMORY, manifestFile, shellFile } from './places.js';

/** What a shell may have changed in the package's copy. */
export interface TouchedByShell {
  /** What was copied from the host: the manifest. */
  base: Tree;
  /** In their order, parents before children. */
  paths: string[];
  /** Which of them are neither file, directory nor link. */
  special: ReadonlySet<string>;
}

/** Before a shell: what differs from now on is the shell's. */
export async function recordShell(container: BuildContainer, source: Source): Promise<void> {
  await recordState(container, copyDir(source), shellFile(source));
}

/** After {@link recordShell}: what has been changed since; undefined where no shell is recorded. */
export async function touchedByShell(
  container: BuildContainer,
  source: Source,
): Promise<TouchedByShell | undefined> {
  const files = [manifestFile(source), shellFile(source)].map((name) => `${MEMORY}/${name}`);
  const directory = copyDir(source);
  const output = await runScript(container, `look at ${directory}`, FIND, [directory, ...files]);
  if (output.length === 0) return undefined;
  const [manifest = '', lines = '', broken = '', special = ''] = output.toString('latin1').split('\0');
  const base = readManifest(Buffer.from(manifest, 'latin1').toString());
  const unread = base.paths.filter((path) => path.includes('\n'));
  const paths = new Set([...(pathsOfState(lines) ?? []), ...unlistedPaths(broken), ...unread]);
  return { base, paths: [...paths].filter(isInside).sort(), special: new Set(unlistedPaths(special)) };
}

/**
 * Manifest; the lines of what changed; the paths that do not fit on a line; what is neither file, directory nor link.
 */
const FIND = `${STATE_FUNCTIONS}
[ -e "$3" ] || exit 0
[ -d "$1" ] && [ ! -L "$1" ] || { rm -rf "$1"; mkdir "$1"; }
cat "$2" 2>/dev/null
printf '\\000'
changed "$1" "$3"
printf '\\000'
unlisted "$1"
printf '\\000'
cd "$1" || exit
find . ! -type f ! -type d ! -type l -exec stat -c '%n//' {} +
exit 0`;

/** Whatever a container prints: no path that leads out of a directory. */
function isInside(path: string): boolean {
  return path.split('/').every((name) => !['', '.', '..'].includes(name));
}

const DIRECTORY = { kind: 'dir' };

/** What is at these paths of the copy now, contents and all. */
export async function entriesNow(
  container: BuildContainer,
  source: Source,
  base: Entries,
  paths: readonly string[],
): Promise<Map<string, TreeEntry>> {
  const directory = copyDir(source);
  const entries = await entriesInCopy(container, directory, base, paths);
  const isUnread = ({ kind, content }: TreeEntry) => kind === 'link' && !content;
  const links = [...entries].filter(([, entry]) => isUnread(entry)).map(([path]) => path);
  if (links.length > 0)
    for (const [path, entry] of await entriesInCopy(container, directory, entries, links))
      entries.set(path, entry);
  // what is found below a link that took the place of a directory lies elsewhere
  const isInCopy = (path: string) =>
    parents(path).every((one) => (entries.get(one) ?? DIRECTORY).kind === 'dir');
  return new Map([...entries].filter(([path]) => isInCopy(path)));
}

/**
 * The shell's changes are on the host. Of its files, which were listed when they were read, those that are older than the
 * shell get the engine's time, as after `cp -p`: what was built before the shell would stay.
 * @param manifest what the copy has by now of what the host has
 */
export async function forgetShell(container: BuildContainer, source: Source, manifest: Tree): Promise<void> {
  const directory = copyDir(source);
  const files = [FILES_OF_SHELL, shellFile(source)].map((name) => `${MEMORY}/${name}`);
  await replace(container, [manifestFile(source), manifestText(manifest)]);
  await runScript(container, `touch files of ${directory}`, FORGET, [directory, ...files]);
}

const FORGET = `[ ! -e "$2" ] || (cd "$1" && xargs -0 sh -c 'shell=$0
for path; do [ "$path" -nt "$shell" ] || touch -c -- "$path"; done' "$3" <"$2")
rm -f "$2" "$3"`;
