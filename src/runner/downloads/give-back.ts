import type { BuildContainer } from '../../backend/types.js';
import { HOST_DL_DIR } from '../../conventions/container-paths.js';
import type { BuildPlan } from '../plan/build-plan.js';
import { copyMissing, DL_COPY } from './copy-missing.js';

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
  const output: Buffer[] = [];
  const argv = ['sh', '-c', copyMissing(DL_COPY, HOST_DL_DIR)];
  const tried = `copy what was downloaded to ${downloads.mount.source}`;
  const code = await container.exec({ argv, tried, user: `${caller.uid}:${caller.gid}` }, (chunks) => {
    for (const { source, data } of chunks) if (source === 1) output.push(data);
  });
  const [first, ...others] = Buffer.concat(output).toString().split('\n').filter(Boolean);
  if (code === 0 && first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const which = first === undefined ? 'what was downloaded' : `${first}${more}`;
  return `Not copied to ${downloads.mount.source}: ${which}. The next build may download this again`;
}
