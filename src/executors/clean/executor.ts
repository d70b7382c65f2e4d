import { join, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { parseOptions } from '../../options/parse.js';
import { cleanOptions } from '../../options/schema.js';
import { clean } from '../../runner/clean/clean.js';
import { runExecutor } from '../shared/run.js';
import { currentProject, findBuildTarget } from '../shared/target-lookup.js';

/**
 * `nx-docker-artifact:clean`: removes container, volumes, artifacts and archive. It needs none of the package's
 * options, so that it also works when they are wrong.
 */
export default async function cleanExecutor(
  input: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async (deps) => {
    const options = parseOptions(cleanOptions, input, `${context.projectName}:${context.targetName}`);
    const { projects } = context.projectsConfigurations;
    const project = currentProject(context);
    const projectRoots = Object.fromEntries(Object.entries(projects).map(([name, { root }]) => [name, root]));
    const target = {
      project,
      root: join(context.root, projectRoots[project] ?? ''),
      workspaceRoot: context.root,
      artifactDir: artifactDir(context, options.build_target),
    };
    await clean(
      target,
      { ...options, workspaceRoot: context.root, projectRoots },
      {
        connect: async () =>
          (await import('../../docker/connection/connect.js')).connect(deps.env, deps.signal),
        print: (line) => void deps.stdout.write(`${line}\n`),
        signal: deps.signal,
        now: () => new Date(),
        toolVersion: deps.toolVersion,
      },
    );
    return true;
  });
}

/** The `artifact_dir` option, where there is a build target that has one. */
function artifactDir(context: ExecutorContext, buildTarget: string): string | undefined {
  try {
    const { artifact_dir } = findBuildTarget(context, buildTarget).options as { artifact_dir?: unknown };
    return typeof artifact_dir === 'string' ? resolve(context.root, artifact_dir) : undefined;
  } catch {
    return undefined; // without the target there is nothing more to find
  }
}
