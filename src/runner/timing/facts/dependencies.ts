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
  { user, order }: { user: string; order: readonly string[] },
): Promise<Dependencies | undefined> {
  const make = makeOf(argv);
  if (!make) return undefined;
  const questions = make.goals.length > 0 ? order.map((name) => `${name}-show-info`) : ['show-info'];
  const script = `${WITH_LIMIT(DEADLINES.dependencies)} "$@"`;
  const command = { argv: ['sh', '-c', script, 'sh', ...make.words, ...questions], workdir, user };
  const { code, text } = await outputOf(container, command);
  return code === 0 ? parseInfo(text) : undefined;
}

/** The names alone: the rest is a megabyte. Lines that are no JSON are of make itself. */
export function parseInfo(text: string): Dependencies | undefined {
  const lines = text.split('\n').filter((line) => line.trimStart().startsWith('{'));
  const all = lines
    .flatMap((line) => Object.entries(objectIn(line)))
    .flatMap(([name, facts]) => {
      const names = isObject(facts) ? facts.dependencies : undefined;
      return Array.isArray(names) ? [[name, names.filter((one) => typeof one === 'string')] as const] : [];
    });
  return all.length > 0 ? Object.fromEntries(all) : undefined;
}

function objectIn(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
