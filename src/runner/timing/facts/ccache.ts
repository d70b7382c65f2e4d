import type { BuildContainer } from '../../../backend/types.js';
import { outputOf } from './make-command.js';

/** Of ccache, since its cache was made. */
export interface CcacheCounts {
  hits: number;
  misses: number;
}

/** Buildroot's own ccache takes its directory from BR_CACHE_DIR, another one from CCACHE_DIR (Buildroot's Makefile). */
const SCRIPT = `dir=\${BR2_CCACHE_DIR:-$(sed -n 's/^BR2_CCACHE_DIR="\\(.*\\)"$/\\1/p' .config)}
case $dir in '$(HOME)'*) dir="$HOME\${dir#'$(HOME)'}" ;; esac
export BR_CACHE_DIR="$dir" CCACHE_DIR="$dir"
exec host/bin/ccache --print-stats`;

/** What Buildroot's ccache has counted so far; undefined where it is not built yet. */
export async function ccacheCounts(
  container: BuildContainer,
  { workdir, user }: { workdir: string; user: string },
): Promise<CcacheCounts | undefined> {
  const { code, text } = await outputOf(container, { argv: ['sh', '-c', SCRIPT], workdir, user });
  return code === 0 ? parseCcacheStats(text) : undefined;
}

/** `--print-stats` (ccache 3.7 and newer): a name, a tabulator and a number in each line. */
export function parseCcacheStats(text: string): CcacheCounts | undefined {
  const of = (name: string) => Number(new RegExp(`^${name}\\t(\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const [direct, preprocessed] = [of('direct_cache_hit'), of('preprocessed_cache_hit')];
  const misses = of('cache_miss');
  const hits = direct + preprocessed;
  return Number.isNaN(hits + misses) ? undefined : { hits, misses };
}
