import type { ExecutorContext } from '@nx/devkit';
import { ArtifactError } from '../../errors.js';
import { type BuildResult, build } from '../../runner/build.js';
import { overridesOf, refuseOverrides } from '../shared/cli-overrides.js';
import { copyTo } from '../shared/copy-to.js';
import { packageOf } from '../shared/package.js';
import { type ProcessDeps, runExecutor } from '../shared/run.js';
import { currentProject, dependsOnArchive } from '../shared/target-lookup.js';

/** `nx-docker-artifact:build`: the archive, unpacked into the artifact directory. */
export default async function buildExecutor(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async (deps) => {
    const started = deps.clock();
    const project = currentProject(context);
    const name = `${project}:${context.targetName}`;
    const pkg = await packageOf(context, { project, name, options }, deps);
    const { verbose, wait, path } = pkg.options;
    const archived = dependsOnArchive(context, project);
    if (archived) refuseOverrides(overridesOf(context, project, context.targetName), name);
    const result = await build(pkg, { ...deps, archived, wait, verbose: verbose || context.isVerbose });
    if (path) await copyArchive(result, path, deps);
    for (const note of result.notes) deps.stdout.write(`${note}\n`);
    const what = result.override ?? (result.unpacked ? 'unpacked' : 'already there');
    deps.stdout.write(`Artifact ${result.artifact} (${what}, ${Math.round(deps.clock() - started)} ms)\n`);
    return true;
  });
}

async function copyArchive(
  { archive, override }: BuildResult,
  path: string,
  deps: ProcessDeps,
): Promise<void> {
  if (archive) return void deps.stdout.write(`Copied to ${await copyTo(archive, path)}\n`);
  throw new ArtifactError('ARCHIVE_MISSING', {
    tried: `copy the archive to ${path}`,
    cause: `there is none, as ${override} replaces the artifact`,
    hint: `Unset ${override}.`,
  });
}
