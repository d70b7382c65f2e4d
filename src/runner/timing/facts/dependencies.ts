import type { BuildContainer } from '../../../backend/types.js';
import { DEADLINES } from '../../../util/deadlines.js';
import { isObject } from '../../../util/is-object.js';
import type { Step } from '../../plan/steps.js';
import type { BuildRecord } from '../record.js';
import { makeOf, outputOf, WITH_LIMIT } from './make-command.js';

type Dependencies = NonNullable<BuildRecord['dependencies']>;

/**
 * What each package needs, by Buildroot's `show-info`, which came in 2019, and which another Makefile has not.
 * It runs beside the step.
 */
export async function askDependencies(
  container: BuildContainer,
  { argv, workdir }: Pick<Step, 'argv' | 'workdir'>,
  user: string,
): Promise<Dependencies | undefined> {
  const make = makeOf(argv);
  if (make.length === 0) return undefined;
  const script = `${WITH_LIMIT(DEADLINES.dependencies)} "$@" show-info`;
  const command = { argv: ['sh', '-c', script, 'sh', ...make], workdir, user };
  const { code, text } = await outputOf(container, command);
  return code === 0 ? parseInfo(text) : undefined;
}

/** The names alone: the rest is a megabyte. Other lines are of make itself. */
export function parseInfo(text: string): Dependencies | undefined {
  const line = text.split('\n').find((one) => one.trimStart().startsWith('{'));
  try {
    const info: unknown = JSON.parse(line ?? '');
    if (!isObject(info)) return undefined;
    const all = Object.entries(info).flatMap(([name, facts]) => {
      const names = isObject(facts) ? facts.dependencies : undefined;
      return Array.isArray(names) ? [[name, names.filter((one) => typeof one === 'string')] as const] : [];
    });
    return all.length > 0 ? Object.fromEntries(all) : undefined;
  } catch {
    return undefined;
  }
}
