import { ArtifactError } from '../../errors.js';
import type { CleanRun } from './clean.js';
import type { CleanScope } from './selection.js';

/**
 * Whether what belongs to other projects may be removed: by --yes, or by the user, who has seen the list.
 * @throws ArtifactError BAD_OPTION where nobody can be asked
 */
export async function isAgreed(
  removals: readonly string[],
  { yes, all }: CleanScope,
  { print, confirm }: Pick<CleanRun, 'print' | 'confirm'>,
): Promise<boolean> {
  if (yes || removals.length === 0) return true;
  for (const what of removals) print(`would remove ${what}`);
  if (confirm) {
    const agreed = await confirm(`Remove these ${removals.length}? [y/N] `);
    if (!agreed) print('Nothing was removed.');
    return agreed;
  }
  throw new ArtifactError('BAD_OPTION', {
    tried: `clean --${all ? 'all' : 'orphans'}`,
    cause: `it removes ${removals.length} containers, images and volumes of other builds, and there is no terminal to ask`,
    hint: 'Look at the list above, and add --yes.',
  });
}
