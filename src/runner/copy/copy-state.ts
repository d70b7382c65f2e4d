import type { BuildContainer } from '../../backend/types.js';
import { isEscaped, nameFrom, pathFrom } from '../../sources/path-bytes.js';
import type { Entries, TreeEntry } from '../../sources/tree.js';
import { listPaths, runScript } from './in-container.js';
import { MEMORY } from './places.js';

/**
 * Shell functions. `state DIR`: a line for each entry of a directory, which differs when somebody has changed the entry
 * (as git goes by an index); times are to the nanosecond where the image's stat has them. `changed DIR FILE`: the lines
 * that are in only one of the state now and the one in FILE, when all was right; "unknown" where none was recorded. A
 * directory that nobody has changed mostly lists its entries in the same order: then nothing has to be sorted, where
 * there is a cmp. With a time zone of its own busybox's stat need not look for one, which is a quarter of its time.
 * `unlisted DIR`: the paths that fit on no line. The end of each is "//" and a newline, which are in none.
 */
export const STATE_FUNCTIONS = `export LC_ALL=C TZ=UTC0
state() { (cd "$1" && find . -exec stat -c '%f %s %i %z %n' {} +) }
changed() {
  if [ ! -e "$2" ]; then echo unknown
  elif state "$1" 2>/dev/null | cmp -s - "$2" 2>/dev/null; then :
  else state "$1" | sort - "$2" | uniq -u
  fi
}
unlisted() { (cd "$1" && find . -path '*
*' -exec stat -c '%n//' {} +); }`;

/**
 * `manifest FILE DOUBTS DIGEST` prints a manifest; of one that is of that digest only the first line, as most builds find
 * nothing changed, and it may have many megabytes.
 */
export const MANIFEST_FUNCTION = `manifest() {
  if [ ! -s "$1" ]; then :
  elif [ ! -s "$2" ] && [ "$(head -c 64 "$1")" = "$3" ]; then echo "$3"
  else cat "$1" 2>/dev/null || :
  fi
}`;

/** Records the state of a copy in a file of {@link MEMORY}. */
export async function recordState(container: BuildContainer, directory: string, name: string): Promise<void> {
  const file = `${MEMORY}/${name}`;
  const script = `set -e
${STATE_FUNCTIONS}
state "$1" >"$2.new"
mv "$2.new" "$2"`;
  await runScript(container, `record the state of ${directory}`, script, [directory, file]);
}

/** The paths in what `changed` prints, see {@link STATE_FUNCTIONS}, read as latin1; undefined when nothing is known. */
export function pathsOfState(lines: string): Set<string> | undefined {
  const all = lines.split('\n');
  if (all.includes('unknown')) return undefined;
  return new Set(all.flatMap((line) => STATE_LINE.exec(line)?.[1] ?? []).map(pathFrom));
}

/** The paths that `unlisted` prints, or another stat like it, read as latin1. */
export function unlistedPaths(ended: string): string[] {
  const paths = ended.split('//\n').slice(0, -1);
  return paths.map((path) => pathFrom(path.replace(/^\.\//, '')));
}

/** Mode, size, inode, date, time, zone (which busybox leaves out) and the path. */
const STATE_LINE = /^[0-9a-f]+ \d+ \d+ \S+ \S+(?: [+-]\d{4})? \.\/(.*)$/;

/** What cannot be read back from a line. */
const isOdd = (path: string, entry: TreeEntry | undefined) =>
  /[\n\\]/.test(path) || isEscaped(path) || entry?.kind === 'link';

/**
 * What a copy really has at paths of its manifest that somebody may have changed: what the last steps, or a shell, did
 * to it. A path at which there is nothing any more is left out.
 */
export async function entriesInCopy(
  container: BuildContainer,
  directory: string,
  manifest: Entries,
  paths: readonly string[],
): Promise<Map<string, TreeEntry>> {
  const entries = new Map<string, TreeEntry>();
  const odd = paths.filter((path) => isOdd(path, manifest.get(path)));
  const plain = paths.filter((path) => !isOdd(path, manifest.get(path)));
  const lists = await listPaths(container, { paths: plain, 'odd-paths': odd });
  const output = await runScript(container, `look at ${directory}`, LOOK, [directory, ...lists]);
  const [stats = '', sums = '', ...odds] = output.toString('latin1').split('\0');
  for (const [, mode = '', path = ''] of stats.matchAll(/^([0-9a-f]+) \.\/(.*)$/gm)) {
    const entry = entryFrom(Number.parseInt(mode, 16));
    if (entry) entries.set(pathFrom(path), entry);
  }
  for (const [, sum, path = ''] of sums.matchAll(/^([0-9a-f]{64}) [ *]\.\/(.*)$/gm)) {
    const entry = entries.get(pathFrom(path));
    if (entry?.kind === 'file') entry.content = sum;
  }
  for (const [index, path] of odd.entries()) {
    const [mode = '', content = ''] = (odds[index] ?? '').split(/ (.*)/s);
    const entry = entryFrom(Number.parseInt(mode, 16));
    if (entry) entries.set(path, entry.kind === 'dir' ? entry : { ...entry, content: targetFrom(content) });
  }
  return entries;
}

/** As a listing has it: a link's target is one name, whatever is in it. */
const targetFrom = (latin1: string) => nameFrom(Buffer.from(latin1, 'latin1'));

/**
 * Missing files are no error: stat and sha256sum say nothing of them on their standard output. Only files are read:
 * sha256sum would wait for ever for somebody to write into a FIFO.
 */
const LOOK = `cd "$1"
xargs -0 stat -c '%f %n' <"$2" 2>/dev/null
printf '\\000'
xargs -0 sh -c 'for path; do [ ! -f "$path" ] || printf "%s\\000" "$path"; done' sh <"$2" |
  xargs -0 sha256sum 2>/dev/null
printf '\\000'
xargs -0 sh -c 'for path; do
  stat -c %f "$path" 2>/dev/null | tr "\\n" " "
  if [ -L "$path" ]; then readlink -n "$path"
  elif [ -f "$path" ]; then sha256sum <"$path" | cut -c 1-64 | tr -d "\\n"
  fi
  printf "\\000"
done' sh <"$3"
exit 0`;

/** The bits of a mode that say what it is of (inode(7), S_IFMT). */
const KIND_BITS = 0o170000;
const KINDS = new Map<number, TreeEntry['kind']>([
  [0o100000, 'file'],
  [0o040000, 'dir'],
  [0o120000, 'link'],
]);

/** Of a mode as stat(2) has it; undefined for what is neither file, directory nor link. */
function entryFrom(mode: number): TreeEntry | undefined {
  const kind = KINDS.get(mode & KIND_BITS);
  return kind && { kind, mode: kind === 'link' ? 0o777 : mode & 0o7777 };
}
