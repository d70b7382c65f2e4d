import type { ExecutorContext } from '@nx/devkit';
import { parseOptions } from '../../options/parse.js';
import { archiveOptions } from '../../options/schema.js';
import { archive } from '../../runner/archive.js';
import { linkedOutput } from '../shared/caching-notes.js';
import { overridesOf, refuseOverrides } from '../shared/cli-overrides.js';
import { copyTo } from '../shared/copy-to.js';
import { isReplaced } from '../shared/nerves-override.js';
import { packageOf } from '../shared/package.js';
import { runExecutor, runOf } from '../shared/run.js';
import { findBuildTarget } from '../shared/target-lookup.js';

/** `nx-docker-artifact:archive`: builds in Docker and leaves the archive and its .sha256 in Nx's output directory. */
export default async function archiveExecutor(
  input: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async (invocation) => {
    const options = parseOptions(archiveOptions, input, `${context.projectName}:${context.targetName}`);
    const from = findBuildTarget(context, options.build_target);
    const asked = overridesOf(context, from.project, from.target);
    refuseOverrides(asked, from.name);
    const pkg = await packageOf(context, from, invocation);
    if (isReplaced(pkg, context, invocation)) return true;
    const linked = context.target?.cache ? linkedOutput(pkg.root) : undefined;
    if (linked) invocation.stdout.write(`${linked}\n`);
    const verbose = options.verbose || pkg.options.verbose || context.isVerbose;
    const wait = options.wait && pkg.options.wait && asked.wait !== false;
    const result = await archive(pkg, runOf(invocation, { wait, verbose }));
    if (options.path) {
      const copy = await copyTo(result, options.path);
      // Nx replays this line, and runs nothing, when the archive comes from its cache
      invocation.stdout.write(
        `Copied to ${copy}, as it was built; when it comes from the cache, only \`${from.name} --path\` copies it\n`,
      );
    }
    return true;
  });
}
