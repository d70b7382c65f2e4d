import type { ExecutorContext } from '@nx/devkit';
import { type Package, resolvePackage } from '../../artifact/package.js';
import { parseOptions } from '../../options/parse.js';
import { buildOptions } from '../../options/schema.js';
import type { Invocation } from './run.js';
import { type BuildTarget, locate } from './target-lookup.js';

/** The package that a build target is about. Warnings go to the terminal, each once. */
export async function packageOf(
  context: ExecutorContext,
  target: Pick<BuildTarget, 'project' | 'name' | 'options' | 'configuration'>,
  { host, stdout }: Pick<Invocation, 'host' | 'stdout'>,
): Promise<Package> {
  const options = parseOptions(buildOptions, target.options, target.name);
  const warn = (message: string) => void stdout.write(`warning: ${message}\n`);
  const location = { ...locate(context, target.project, options), configuration: target.configuration };
  return await resolvePackage(options, location, { env: host.env, warn });
}
