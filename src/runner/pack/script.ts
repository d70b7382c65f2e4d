import { posix } from 'node:path';
import { shellWord } from '../../util/shell-word.js';
import { PACK_DIR, type PackPlan } from '../plan/pack.js';
import type { Placed, Placement } from './placement.js';

/** Entries for one call of cp: a command line has a limit, and a path may be 4 KiB long. */
const MOST_ARGS = 200;

/**
 * The script that packs: what goes into the artifact is put into one directory of its name, by hard links where that is
 * possible, and then packed by tar. With GNU tar the entries are sorted and belong to root; their times are what they were,
 * and those of directories that are made here are always the same.
 */
export function packScript({ placed, removed, directories }: Placement, plan: PackPlan): string {
  const words = (paths: readonly string[]) => paths.map(shellWord).join(' ');
  const calls = (name: string, paths: readonly string[]) =>
    chunks(paths).map((some) => `${name} ${words(some)}`);
  const program = plan.file.endsWith('.xz') ? 'xz' : 'gzip';
  return [
    HEAD,
    `echo | ${program} -c >/dev/null 2>&1 || fail "the image has no ${program} that compresses, which ${plan.file} needs"`,
    `dir=${PACK_DIR}/${plan.artifact}`,
    'trap \'writable "$dir"; rm -rf "$dir"\' EXIT',
    `rm -rf ${PACK_DIR}`,
    'mkdir -p "$dir"',
    ...groups(placed).flatMap(({ directory, entries, renamed }) => [
      `mkdir -p "$dir"/${shellWord(directory)}`,
      ...calls(`into ${shellWord(directory)}`, entries),
      ...renamed.map(({ from, to }) => `as ${words([from, to])}`),
    ]),
    ...calls('without', removed),
    ...calls('dated', directories),
    `(cd ${PACK_DIR}; tar $options -c${program === 'xz' ? 'J' : 'z'}f ${words([plan.file, plan.artifact])})`,
    '',
  ].join('\n');
}

const HEAD = `set -e
umask 022
fail() { echo "ERROR: $1"; exit 1; }
for program in chmod cp find mkdir rm tar touch; do
  command -v $program >/dev/null || fail "the image has no $program, which build_runner_opts.files needs"
done
case "$(tar --version 2>&1)" in
*'GNU tar'*) options='--sort=name --owner=0 --group=0 --numeric-owner' ;;
*) options= ;;
esac
free() {
  if [ -e "$dir/$1" ] || [ -L "$dir/$1" ]; then fail "two entries of build_runner_opts.files would be $1"; fi
}
# a copy where there can be no link, as from another file system
as() {
  free "$2"
  cp -al "./$1" "$dir/$2" 2>/dev/null || { rm -rf "$dir/$2"; cp -a "./$1" "$dir/$2"; }
}
into() {
  to=$1; shift
  for path; do free "$to/\${path##*/}"; shift; set -- "$@" "./$path"; done
  cp -al "$@" "$dir/$to/" 2>/dev/null && return
  for path; do rm -rf "$dir/$to/\${path##*/}"; done
  cp -a "$@" "$dir/$to/"
}
# directories alone: a file here is often the very file of the build directory
writable() { find "$1" -type d ! -perm -700 -exec chmod u+rwx {} +; }
without() {
  for path; do
    path=$dir/$path above=\${path%/*}
    if [ -d "$path" ] && [ ! -L "$path" ]; then writable "$path"; fi
    if [ -w "$above" ]; then rm -rf "$path"; else chmod u+w "$above"; rm -rf "$path"; chmod u-w "$above"; fi
  done
}
dated() { for path; do TZ=UTC0 touch -t 198001010000 "$dir/$path"; done; }`;

interface Group {
  directory: string;
  entries: string[];
  renamed: Placed[];
}

/** By the directory that they go to. */
function groups(placed: readonly Placed[]): Group[] {
  const found = new Map<string, Group>();
  for (const one of placed) {
    const directory = posix.dirname(one.to);
    const group = found.get(directory) ?? { directory, entries: [], renamed: [] };
    found.set(directory, group);
    if (posix.basename(one.from) === posix.basename(one.to)) group.entries.push(one.from);
    else group.renamed.push(one);
  }
  return [...found.values()];
}

function chunks(all: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(all.length / MOST_ARGS) }, (_, index) =>
    all.slice(index * MOST_ARGS, (index + 1) * MOST_ARGS),
  );
}
