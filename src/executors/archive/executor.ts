import type { ExecutorContext } from '@nx/devkit';
import { freshCommand } from '../../conventions/plugin-names.js';
import { ArtifactError } from '../../errors.js';
import { parseOptions } from '../../options/parse.js';
import { archiveOptions } from '../../options/schema.js';
import { archive } from '../../runner/archive.js';
import { linkedOutput } from '../shared/caching-notes.js';
import { overridesOf, refuseOverrides } from '../shared/cli-overrides.js';
import { copyTo } from '../shared/copy-to.js';
import { checkInputs } from '../shared/key-guard.js';
import { isReplaced } from '../shared/nerves-override.js';
import { packageOf } from '../shared/package.js';
import { runExecutor, runOf } from '../shared/run.js';
import { keysOfRun, nxRun } from '../shared/run-keys.js';
import { findBuildTarget, taskName } from '../shared/target-lookup.js';

/** `nx-docker-artifact:archive`: builds in Docker and leaves the archive and what belongs beside it in Nx's output directory. */
export default async function archiveExecutor(
  input: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async (invocation) => {
    const options = parseOptions(archiveOptions, input, `${context.projectName}:${context.targetName}`);
    const from = findBuildTarget(context, options.build_target);
    const asked = overridesOf(context, from.project, from.target);
    refuseOverrides(asked, from.name);
    // any other line among the JSON would be no JSON
    const talk = options.output === 'json' ? { ...invocation, stdout: process.stderr } : invocation;
    const pkg = await packageOf(context, from, talk);
    if (isReplaced(pkg, context, talk)) return true;
    if (options.fresh) throw freshIsElsewhere(taskName(from));
    checkInputs(context, pkg, from);
    const linked = context.target?.cache ? linkedOutput(pkg.root) : undefined;
    if (linked) talk.stdout.write(`${linked}\n`);
    const verbose = options.verbose || pkg.options.verbose || context.isVerbose;
    const wait = options.wait && pkg.options.wait && asked.wait !== false;
    const fresh = asked.fresh === true; // of the build target, before which this one runs
    const result = await archive(pkg, {
      ...runOf(invocation, {
        ...{ wait, verbose, output: options.output, fresh, nxRun: nxRun(), buildTarget: taskName(from) },
      }),
      keys: keysOfRun(context, from.project, invocation),
    });
    if (options.path) {
      const copy = await copyTo(result, options.path);
      // Nx replays this line, and runs nothing, when the archive comes from its cache
      talk.stdout.write(
        `Copied to ${copy}, as it was built; when it comes from the cache, only \`${from.name} --path\` copies it\n`,
      );
    }
    return true;
  });
}

/** What it makes would be cached under a key of its own, by the option, and be a hit for the next one who asks. */
function freshIsElsewhere(buildTarget: string): ArtifactError {
  return new ArtifactError('BAD_OPTION', {
    tried: 'build the archive anew',
    cause: '--fresh is an option of the build target, as Nx caches what this one makes',
    hint: `Run \`${freshCommand(buildTarget)}\`, which leaves the archive in its place, too.`,
  });
}
