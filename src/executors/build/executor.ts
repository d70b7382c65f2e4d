import type { ExecutorContext } from '@nx/devkit';
import { ArtifactError } from '../../errors.js';
import { type BuildResult, build } from '../../runner/build.js';
import { whyNotCached } from '../shared/caching-notes.js';
import { overridesOf, refuseOverrides } from '../shared/cli-overrides.js';
import { copyTo } from '../shared/copy-to.js';
import { packageOf } from '../shared/package.js';
import { type Invocation, runExecutor, runOf } from '../shared/run.js';
import { nxRun, staleHint } from '../shared/run-keys.js';
import { currentProject, dependsOnArchive, otherConfiguration, taskName } from '../shared/target-lookup.js';

/** `nx-docker-artifact:build`: the archive, unpacked into the artifact directory. */
export default async function buildExecutor(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async (invocation) => {
    const started = invocation.clock();
    const project = currentProject(context);
    const name = `${project}:${context.targetName}`;
    const configuration = otherConfiguration(context, project);
    const task = taskName({ name, configuration });
    const pkg = await packageOf(context, { project, name, options, configuration }, invocation);
    const { verbose, wait, path, fresh } = pkg.options;
    const archived = dependsOnArchive(context, project);
    if (archived) refuseOverrides(overridesOf(context, project, context.targetName), name);
    if (!archived) invocation.stdout.write(`${whyNotCached(context, project)}\n`);
    const result = await build(pkg, {
      ...runOf(invocation, {
        ...{ wait, fresh, verbose: verbose || context.isVerbose, nxRun: nxRun(), buildTarget: task },
      }),
      archived,
      staleHint: archived
        ? staleHint(context, { project, target: context.targetName ?? '', task })
        : undefined,
    });
    if (path) await copyArchive(result, path, invocation);
    for (const note of result.notes) invocation.stdout.write(`${note}\n`);
    const what = result.override ?? (result.unpacked ? 'unpacked' : 'already there');
    invocation.stdout.write(
      `Artifact ${result.artifact} (${what}, ${Math.round(invocation.clock() - started)} ms)\n`,
    );
    return true;
  });
}

async function copyArchive(
  { archive, override }: BuildResult,
  path: string,
  { stdout }: Invocation,
): Promise<void> {
  if (archive) return void stdout.write(`Copied to ${await copyTo(archive, path)}\n`);
  throw new ArtifactError('ARCHIVE_MISSING', {
    tried: `copy the archive to ${path}`,
    cause: `there is none, as ${override} replaces the artifact`,
    hint: `Unset ${override}.`,
  });
}
