import type { Package } from '../artifact/package.js';
import type { BuildContainer } from '../backend/types.js';
import { ArtifactError } from '../errors.js';
import { sizeText } from '../options/units.js';
import type { Configuration } from './configure.js';
import { remember } from './copy/in-container.js';
import { LAST_BUILD } from './copy/places.js';
import type { VolumeState } from './copy/set-up.js';
import type { Report } from './output/reporter.js';
import { stepsOf } from './output/run-step.js';
import type { BuildPlan } from './plan/build-plan.js';
import type { BuildUser } from './plan/user.js';
import type { Prepared } from './prepare-backend.js';
import { prepareContainer } from './prepare-container.js';
import { changesSince, lastBuildOf, notice, whyFresh } from './recipe/last-build.js';
import { type Recipe, recipeOf } from './recipe/recipe.js';
import { type SourceTree, treeName } from './recipe/source-trees.js';
import { checkUnchanged } from './recipe/unchanged.js';
import { type Run, recipeDeps, targetName } from './run.js';

/** What a build needs before its first step. */
interface Input {
  recipe: Recipe;
  prepared: Prepared;
  user: BuildUser;
  run: Run;
  report: Report;
}

/**
 * Makes a container ready for the steps of a build. The volume is emptied where the build is to start fresh, and
 * remembers what is built in it from now on; the copies have what the recipe says, or the build does not begin.
 * @returns whether the build directory was empty, whether it is configured, how long its log is, and what was copied, as a line
 * @throws ArtifactError SOURCES_CHANGED, CONTAINER_START, FILE_ACCESS
 */
export async function prepareBuild(
  container: BuildContainer,
  pkg: Package,
  { recipe, prepared, user, run, report }: Input,
): Promise<{ configuration: Configuration; fresh: boolean; logSize: number; sources: string }> {
  const now = await lastBuildOf(pkg, recipe, prepared.container.image.id);
  const startsFresh = (volume: VolumeState): boolean => {
    if (volume.fresh) return false;
    const changes = changesSince(volume.lastBuild, now);
    const { fresh_on: freshOn } = pkg.options.build_runner_opts;
    const why = whyFresh(changes, { fresh: run.settings.fresh ?? false, freshOn });
    const said = why
      ? `Starting from an empty build directory: ${why}`
      : notice(changes, recipe.parts.image.reference, targetName(run, pkg));
    if (said) report.emit({ type: 'note', text: said });
    return why !== undefined;
  };
  const again = () => recipeOf(pkg, recipeDeps(run), recipe.trees);
  const preparing = {
    ...{ pkg, trees: recipe.trees, artifact: pkg.name, startsFresh, signal: run.signal },
    onUser: () => container.start(stepsOf(user, prepared.plan.workdir)),
  };
  // while the container looks at its copies; it is the last word where these have what the host had when the build began
  const early = again();
  early.catch(() => {});
  try {
    const { configuration, volume, undone, copied, isSame, settle } = await prepareContainer(
      container,
      { plan: prepared.plan, user },
      preparing,
    );
    for (const text of undone) report.emit({ type: 'note', text });
    const after = isSame ? early : again();
    after.catch(() => {}); // it is thrown where it is awaited
    const touched = await settle(async () => (await after).trees);
    checkUnchanged(pkg, recipe, await after, touched);
    const text = JSON.stringify(now);
    if (volume.lastBuild !== text) await remember(container, [LAST_BUILD, [Buffer.from(text)]]);
    return {
      configuration,
      fresh: volume.fresh,
      logSize: volume.logSize,
      sources: sourcesLine(prepared.plan, recipe.trees, copied, pkg),
    };
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof ArtifactError && error.code === 'SOURCES_CHANGED') throw error;
    checkUnchanged(pkg, recipe, await again()); // a file that is gone cannot be copied: that is why
    throw error;
  }
}

/** "Sources: 1234 files, 5.6 MB; 12 copied" */
function sourcesLine(
  { sources }: Pick<BuildPlan, 'sources'>,
  trees: readonly SourceTree[],
  copied: number,
  pkg: Package,
): string {
  const names = sources.map((source) => treeName(source, pkg));
  let [files, size] = [0, 0];
  for (const { listing } of trees.filter(({ name }) => names.includes(name))) {
    const { tree } = listing;
    for (let index = 0; index < tree.size; index++) {
      if (tree.kindAt(index) !== 'dir') files++;
      size += tree.sizeAt(index);
    }
  }
  return `Sources: ${files} file${files === 1 ? '' : 's'}, ${sizeText(size)}; ${copied} copied`;
}
