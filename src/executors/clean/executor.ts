import { join, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { parseOptions } from '../../options/parse.js';
import { cleanOptions } from '../../options/schema.js';
import { clean } from '../../runner/clean/clean.js';
import { printable } from '../../util/lines.js';
import { runExecutor } from '../shared/run.js';
import { currentProject, findBuildTarget } from '../shared/target-lookup.js';
import { confirmOn } from './confirm.js';

/**
 * `nx-docker-artifact:clean`: removes container, volumes, artifacts and archive. It needs none of the package's
 * options, so that it also works when they are wrong.
 */
export default async function cleanExecutor(
  input: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async (invocation) => {
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
    const print = (line: string) => void invocation.stdout.write(`${printable(line)}\n`);
    const scope = { ...options, workspaceRoot: context.root, projectRoots };
    const confirm = confirmOn(process, invocation.signal);
    await clean(target, scope, { ...invocation, print, confirm });
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
