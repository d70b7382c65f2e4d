import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { freshCommand } from '../../conventions/plugin-names.js';
import { parseOptions } from '../../options/parse.js';
import { cleanOptions } from '../../options/schema.js';
import { clean } from '../../runner/clean/clean.js';
import { printable } from '../../util/lines.js';
import { runExecutor } from '../shared/run.js';
import { type BuildTarget, currentProject, findBuildTarget } from '../shared/target-lookup.js';
import { confirmOn } from './confirm.js';
import { imageTags } from './image-tags.js';
import { artifactDirs, engines } from './of-any-configuration.js';

/**
 * `nx-docker-artifact:clean`: removes container, volumes, unused images, artifacts and archive. It needs none of the package's
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
    const build = buildTarget(context, options.build_target);
    const target = {
      project,
      root: join(context.root, projectRoots[project] ?? ''),
      workspaceRoot: context.root,
      artifactDirs: artifactDirs(context, build),
      engines: engines(context, build),
    };
    const print = (line: string) => void invocation.stdout.write(`${printable(line)}\n`);
    const tags = imageTags(projects);
    const scope = { ...options, workspaceRoot: context.root, projectRoots, imageTags: tags };
    const confirm = confirmOn(process, invocation.signal);
    await clean(target, scope, { ...invocation, print, confirm });
    const { dry_run, orphans, all } = options;
    if (build && !dry_run && !orphans && !all) print(nxStillHasIt(build));
    return true;
  });
}

function buildTarget(context: ExecutorContext, text: string): BuildTarget | undefined {
  try {
    return findBuildTarget(context, text);
  } catch {
    return undefined; // what is found without it can be removed all the same
  }
}

/** What makes somebody clean is often an archive that they do not trust: Nx's cache would give it back. */
function nxStillHasIt({ name }: BuildTarget): string {
  return `Nx's cache is untouched: the next run may restore the archive from it. To build anew: ${freshCommand(name)}`;
}
