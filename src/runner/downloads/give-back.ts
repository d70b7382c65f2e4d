import type { BuildContainer } from '../../backend/types.js';
import { HOST_DL_DIR } from '../../conventions/container-paths.js';
import type { BuildPlan } from '../plan/build-plan.js';
import { DL_COPY, runCopyMissing } from './copy-missing.js';

/**
 * Gives the host what a build has downloaded into its copy of the cache; as the caller, whose it then is. Only a build that has
 * succeeded has nothing half downloaded.
 * @returns of what could not be given, a line
 */
export async function giveBackDownloads(
  container: BuildContainer,
  { downloads, caller }: Pick<BuildPlan, 'downloads' | 'caller'>,
): Promise<string | undefined> {
  if (downloads.kept !== 'copy') return undefined;
  const tried = `copy what was downloaded to ${downloads.mount.source}`;
  const copying = { from: DL_COPY, to: HOST_DL_DIR, user: caller, tried };
  const { code, left } = await runCopyMissing(container, copying);
  const [first, ...others] = left;
  if (code === 0 && first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const which = first === undefined ? 'what was downloaded' : `${first}${more}`;
  return `Not copied to ${downloads.mount.source}: ${which}. The next build may download this again`;
}
