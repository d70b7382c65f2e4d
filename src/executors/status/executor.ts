import type { ExecutorContext } from '@nx/devkit';
import { parseOptions } from '../../options/parse.js';
import { statusOptions } from '../../options/schema.js';
import { status } from '../../runner/status/status.js';
import { statusText } from '../../runner/status/text.js';
import { printable } from '../../util/lines.js';
import { packageOf } from '../shared/package.js';
import { runExecutor } from '../shared/run.js';
import { findBuildTarget } from '../shared/target-lookup.js';

/** `nx-docker-artifact:status`: what there is of a package, and whether it is up to date. Changes nothing. */
export default async function statusExecutor(
  input: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async (invocation) => {
    const options = parseOptions(statusOptions, input, `${context.projectName}:${context.targetName}`);
    const from = findBuildTarget(context, options.build_target);
    const { host, stdout } = invocation;
    // a warning among the JSON would be no JSON
    const pkg = await packageOf(context, from, { host, stdout: options.json ? process.stderr : stdout });
    const found = await status(pkg, invocation);
    const text = options.json ? JSON.stringify(found, null, 2) : printable(statusText(found, host.now()));
    stdout.write(`${text}\n`);
    return true;
  });
}
