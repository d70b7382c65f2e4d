import type { BuildContainer } from '../../backend/types.js';
import { parents } from '../../sources/paths.js';
import type { Entries } from '../../sources/tree.js';
import { copyDir, type Source } from '../plan/sources.js';
import { recordState } from './copy-state.js';
import { listPaths, runScript } from './in-container.js';
import { beforeShellFile, CONFIGURED, MEMORY } from './places.js';

/** Before a shell, and after create-build: what differs in a copy from now on was done by the shell. */
export async function recordBeforeShell(container: BuildContainer, source: Source): Promise<void> {
  await recordState(container, copyDir(source), beforeShellFile(source));
}

/**
 * What a shell has made, or changed of what a step had made (an unpacked Buildroot): no host has it, so that it is removed
 * with all of the directory that is not the host's. The step makes its own again.
 * @param manifest what was copied from the host
 * @param touched the paths that the shell has touched
 * @returns the topmost paths that the manifest does not know, sorted
 */
export function madeByShell(manifest: Pick<Entries, 'has'>, touched: ReadonlySet<string>): string[] {
  const made = new Set<string>();
  for (const path of touched) {
    if (path === '' || path === '.') continue;
    const top = [...parents(path), path].find((one) => !manifest.has(one));
    if (top !== undefined) made.add(top);
  }
  return [...made].sort();
}

/** Removes it, and then what was recorded before the shell. The build directory is to be configured again, then. */
export async function removeMadeByShell(
  container: BuildContainer,
  source: Source,
  paths: readonly string[],
): Promise<void> {
  const [list = ''] = await listPaths(container, { paths });
  const directory = copyDir(source);
  const script = `set -e
[ ! -s "$2" ] || rm -f ${MEMORY}/${CONFIGURED}
cd "$1"
xargs -0 rm -rf -- <"$2"
rm -f ${MEMORY}/${beforeShellFile(source)}`;
  await runScript(container, `change ${directory}`, script, [directory, list]);
}
