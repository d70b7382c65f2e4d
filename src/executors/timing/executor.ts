import { pathToFileURL } from 'node:url';
import type { ExecutorContext } from '@nx/devkit';
import { parseOptions } from '../../options/parse.js';
import { timingOptions } from '../../options/schema.js';
import { timing } from '../../runner/timing/report/timing.js';
import { printable } from '../../util/lines.js';
import { packageOf } from '../shared/package.js';
import { runExecutor } from '../shared/run.js';
import { findBuildTarget } from '../shared/target-lookup.js';

/** `nx-docker-artifact:timing`: how long a build took; writes its report anew, and needs no engine. */
export default async function timingExecutor(
  input: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return await runExecutor(context, async ({ host, stdout }) => {
    const options = parseOptions(timingOptions, input, `${context.projectName}:${context.targetName}`);
    const from = findBuildTarget(context, options.build_target);
    // a warning among the JSON would be no JSON
    const pkg = await packageOf(context, from, { host, stdout: options.json ? process.stderr : stdout });
    const { files, text, summary } = await timing(pkg, options.build);
    if (options.json) stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    else stdout.write(`${printable(text)}\n\n${pathToFileURL(files.page)}\n${pathToFileURL(files.trace)}\n`);
    return true;
  });
}
