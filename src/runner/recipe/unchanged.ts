import type { Package } from '../../artifact/package.js';
import { ArtifactError } from '../../errors.js';
import { differences, pastOf } from './differences.js';
import type { Recipe } from './recipe.js';

/**
 * What is built must be what was there when the build began, as it is cached under a key of that time.
 * @param touched what something touched while it was copied, be it only to make it again what it was
 * @throws ArtifactError SOURCES_CHANGED
 */
export function checkUnchanged(
  { project }: Package,
  before: Recipe,
  after: Recipe,
  touched: readonly string[] = [],
): void {
  if (before.digest === after.digest && touched.length === 0) return;
  const differing = differences(pastOf(before), pastOf(after));
  const details = differing.length > 0 ? differing : [...touched];
  throw changed(project, 'what it is built from was edited while it waited or was copied', details);
}

/**
 * The same for the time before that: between Nx's calculation of the key and the build other tasks may run.
 * @param keys the digests that Nx was given in this run; none where it was given none
 * @throws ArtifactError SOURCES_CHANGED
 */
export function checkKey({ project }: Package, { digest }: Recipe, keys: readonly string[]): void {
  if (keys.every((key) => key === digest)) return;
  throw changed(project, 'what it is built from was edited since Nx calculated the key of its cache', []);
}

function changed(project: string, cause: string, details: string[]): ArtifactError {
  return new ArtifactError('SOURCES_CHANGED', {
    tried: `build ${project} from the files that Nx caches it by`,
    cause,
    details,
    hint: 'Nothing was cached: run it again.',
  });
}
