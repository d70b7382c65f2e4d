import { shellWord } from '../../util/shell-word.js';
import type { Compression } from './compression.js';

/**
 * The image's own gzip is found in the rest of PATH, wherever our directory stands in it. It does what is not plain
 * compression, and what has an option that the other programs may not have.
 */
const HEAD = `#!/bin/sh
# build_runner_opts.compress: in place of gzip, in the step that makes the archive
dir=\${0%/*} rest=
set -f; IFS=:
for one in $PATH; do [ "$one" = "$dir" ] || rest=$rest\${rest:+:}$one; done
unset IFS; set +f
PATH=$rest
for arg; do
  case $arg in
  --fast | --best | --stdout | --force | --keep | --name | --no-name | --quiet | --silent | --verbose | --rsyncable) ;;
  --* | -*[!1-9cfknNqv]*) exec gzip "$@" ;;
  esac
done
`;

/** That it cannot be written down, as on a full disk, ends nothing. */
const used = (program: string) => `echo ${program} 2>/dev/null >"$dir/used"\n`;

/** Whatever the step compresses: it all stays gzip. */
const PIGZ = `${used('pigz')}exec pigz "$@"\n`;

/**
 * Only what goes into the archive's own file: another file that the step compresses may become a part of the artifact,
 * and must be what its name says.
 */
const zstd = (file: string) => `case $(readlink /proc/$$/fd/1) in
*/${shellWord(file)}) ;;
*) exec gzip "$@" ;;
esac
for arg; do
  shift
  case $arg in -*) ;; *) set -- "$@" "$arg" ;; esac
done
${used('zstd')}exec zstd -q -c -T0 "$@"
`;

/** The program that the step that makes the archive finds as gzip. */
export function gzipScript({ program, file }: Compression): string {
  return HEAD + (program === 'pigz' ? PIGZ : zstd(file));
}
