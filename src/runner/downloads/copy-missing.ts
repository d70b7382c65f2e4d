import type { BuildContainer } from '../../backend/types.js';
import { MEMORY, SHORT_CHECKSUM } from '../copy/places.js';

/** A package's own download cache, beside what is known of its copies: in the volume that its container locks. */
export const DL_COPY = `${MEMORY}/dl`;

/** Archives of packages, which lie in Nerves' download cache, too: no build downloads them. As a pattern of sh. */
const OF_PACKAGES = `*-${SHORT_CHECKSUM}.tar.[gxz]*`;

/** One file after the other, as a small image's find has no better way; only the shell's own commands for what is there. */
const EACH = `to=$1; shift; id=$(cat /proc/sys/kernel/random/uuid)
for file; do
  case $file in ./*/*) ;; ${OF_PACKAGES}) continue ;; esac
  [ ! -e "$to/$file" ] || continue
  part=$to/$file.$id; dir=$to/\${file%/*}
  { [ -d "$dir" ] || mkdir -p "$dir"; } && cp "$file" "$part" && mv "$part" "$to/$file" || { rm -f "$part"; echo "$file"; }
done`;

/**
 * The commands of sh that copy the files of a directory which another one does not have, each complete or not at all: others may
 * be using both. They print what could not be copied: a cache without it is still one.
 */
export function copyMissing(from: string, to: string): string {
  return `cd ${from} && find . -type f -exec sh -c '${EACH}' sh ${to} {} + 2>/dev/null || :`;
}

interface Copying {
  from: string;
  to: string;
  /** Whose the copies are, and what is said when the engine is lost meanwhile. */
  user: { uid: number; gid: number };
  tried: string;
}

/** Runs {@link copyMissing} as a user: what could not be copied, and the exit code. */
export async function runCopyMissing(
  container: BuildContainer,
  { from, to, user, tried }: Copying,
): Promise<{ code: number; left: string[] }> {
  const output: Buffer[] = [];
  const argv = ['sh', '-c', copyMissing(from, to)];
  const code = await container.exec({ argv, tried, user: `${user.uid}:${user.gid}` }, (chunks) => {
    for (const { source, data } of chunks) if (source === 1) output.push(data);
  });
  return { code, left: linesOf(Buffer.concat(output)) };
}

export function linesOf(output: Buffer): string[] {
  return output.toString().split('\n').filter(Boolean);
}
