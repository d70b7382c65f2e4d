import type { ExecutorContext } from '@nx/devkit';
import { build } from '../../runner/build.js';
import { copyTo } from '../shared/copy-to.js';
import { currentProject, dependsOnArchive } from '../shared/locate.js';
import { packageOf } from '../shared/package.js';
import { runExecutor } from '../shared/run.js';

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
    const result = await build(pkg, { ...deps, archived, wait, verbose: verbose || context.isVerbose });
    if (path) await copyTo(result.archive, path, deps.stdout);
    const what = result.unpacked ? 'unpacked' : 'already there';
    deps.stdout.write(`Artifact ${result.artifact} (${what}, ${Math.round(deps.clock() - started)} ms)\n`);
    return true;
  });
}
