import type { TargetConfiguration } from '@nx/devkit';
import { isObject } from '../util/is-object.js';
import { executorOf, isCompatible, mergeTargets } from './merge-targets.js';
import { isPattern, matchesPattern } from './name-pattern.js';
import { type MatchedProject, selects } from './project-pattern.js';

/** What an entry may be for; nothing of it is certain, as it stands in nx.json. */
interface Filter {
  projects?: unknown;
  executor?: unknown;
  plugin?: unknown;
}

type Entry = TargetConfiguration & { filter?: Filter };

/**
 * A target of a project.json with what nx.json has for it (Nx: "targetDefaults"): that of the first key that fits, which
 * may be its executor, its name or a glob. Since Nx 23 there may be a list, of which every entry counts that is for it.
 * @param defaults `targetDefaults` as it stands in nx.json
 */
export function withDefaults(
  target: TargetConfiguration,
  name: string,
  project: MatchedProject,
  defaults: unknown,
): TargetConfiguration {
  const executor = executorOf(target);
  const all = isObject(defaults) ? defaults : {};
  for (const key of keysFor(name, executor, Object.keys(all))) {
    const entries = [all[key]].flat().map((entry): Entry => (isObject(entry) ? entry : {}));
    const fitting = entries.filter(({ filter }) => isFor(filter, executor, project));
    if (fitting.length === 0) continue;
    const usable = fitting.filter((entry) => isCompatible(entry, target));
    return mergeTargets(usable.reduce(mergeTargets, {}), target);
  }
  return target;
}

/** In Nx's order: the executor, the name, the longest glob. */
function keysFor(name: string, executor: string | undefined, keys: string[]): string[] {
  const literal = [executor, name].filter((key) => key !== undefined && keys.includes(key)) as string[];
  const globs = keys.filter((key) => !literal.includes(key) && isPattern(key) && matchesPattern(key, name));
  return [...literal, ...globs.sort((one, other) => other.length - one.length)];
}

function isFor(filter: unknown, executor: string | undefined, project: MatchedProject): boolean {
  if (!isObject(filter)) return true;
  const { projects, plugin, executor: other }: Filter = filter;
  if (plugin) return false; // what stands in a project.json is of no plugin
  if (other && other !== executor) return false;
  return !projects || (Array.isArray(projects) && selects(projects.filter(isText), project));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
