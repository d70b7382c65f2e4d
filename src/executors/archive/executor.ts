import type { ExecutorContext } from '@nx/devkit';
import { archiveOptions } from '../../options.js';
import { parseOptions } from '../../parse-options.js';
import { archive } from '../../runner/archive.js';
import { copyTo } from '../shared/copy-to.js';
import { findBuildTarget } from '../shared/locate.js';
import { packageOf } from '../shared/package.js';
import { runExecutor } from '../shared/run.js';

/** `nx-docker-artifact:archive`: builds in Docker and leaves the archive and its .sha256 in Nx's output directory. */
export default async function archiveExecutor(
  input: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async (deps) => {
    const options = parseOptions(archiveOptions, input, `${context.projectName}:${context.targetName}`);
    const pkg = await packageOf(context, findBuildTarget(context, options.build_target), deps);
    const verbose = options.verbose || pkg.options.verbose || context.isVerbose;
    const result = await archive(pkg, { ...deps, wait: options.wait, verbose });
    if (options.path) await copyTo(result, options.path, deps.stdout);
    return true;
  });
}
